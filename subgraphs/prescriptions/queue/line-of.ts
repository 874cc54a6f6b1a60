import type { Ctx } from '../builder.ts';
import { examinersOf, hoursOfClinic } from '../schedule/hours-of-clinic.ts';
import { openTimes } from '../schedule/open-times.ts';
import { silentBefore, waitingSql } from './claim-standing.ts';
import type { Line, Waiting } from './wait-estimate.ts';

const MINUTE_MS = 60_000;
/** How many of the last turns are looked at, and how old they may be. */
const TURNS = 20;
const TURNS_DAYS = 7;
/** Whoever was with a patient so lately is taken to be there still, hours or not. */
const STILL_THERE_MINUTES = 60;
/** An exam under way for longer than this keeps nobody busy: it was left open. */
const LEFT_OPEN_HOURS = 4;

/** Which line: one clinic's, for one service, of patients in one state. */
export interface LineKey {
  readonly clinicId: string;
  readonly service: string;
  readonly patientState: string;
}

interface Seen {
  readonly examinerId: string;
  readonly busy: boolean;
}

/** What is known of a line now, of the clinic's own exams alone: what other clinics have is not this clinic's to know. */
export function lineOf(ctx: Ctx, { clinicId, service, patientState }: LineKey): Promise<Line> {
  const lines = asked.get(ctx) ?? new Map<string, Promise<Line>>();
  asked.set(ctx, lines);
  const key = [clinicId, service, patientState].join('/');
  const line = lines.get(key) ?? read(ctx, { clinicId, service, patientState });
  lines.set(key, line);
  const forget = () => lines.delete(key);
  line.then(forget, forget);
  return line;
}

/** Exams of one list ask about the same line in the same moment: they share one answer, and nobody gets an old one. */
const asked = new WeakMap<Ctx, Map<string, Promise<Line>>>();

async function read(ctx: Ctx, line: LineKey): Promise<Line> {
  const now = ctx.now();
  const [turns, seen, there] = [await turnsOf(ctx, line), await seenAt(ctx, line), await atWork(ctx, line)];
  const panel = await examinersOf(ctx.db, line.clinicId, line.service, line.patientState);
  const off = there.off.filter(({ from, to }) => from <= now.getTime() && now.getTime() < to).map(({ examinerId }) => examinerId);
  const present = panel.filter((id) => seen.some(({ examinerId }) => examinerId === id) || (there.open.includes(id) && !off.includes(id)));
  const onDuty = present.map((id) => ({ id, busy: seen.some((one) => one.examinerId === id && one.busy) }));
  return { waiting: await waitingFor(ctx, line, present), turns, onDuty };
}

/** Who of the clinic waits for one of these examiners, by the clinic's panel, longest first. */
async function waitingFor(ctx: Ctx, { clinicId }: LineKey, examiners: readonly string[]): Promise<Waiting[]> {
  const rows = await ctx.db.$queryRawUnsafe<{ id: string; takers: string[] }[]>(
    `select e.id::text, array_agg(p.examiner_id::text) as takers from good_faith_exam e
     join examiner_clinic p on p.clinic_id = e.clinic_id and p.examiner_id = any ($2::uuid[])
       and (cardinality(p.services) = 0 or e.service = any (p.services)) and (cardinality(p.states) = 0 or e.patient_state = any (p.states))
     where e.clinic_id = $1::uuid and ${waitingSql('$3')} group by e.id order by e.requested_at, e.id`,
    clinicId,
    [...examiners],
    silentBefore(ctx.now()).toISOString(),
  );
  return rows.map(({ id, takers }) => ({ id, takers: new Set(takers) }));
}

async function turnsOf(ctx: Ctx, { clinicId, service, patientState }: LineKey): Promise<number[]> {
  const now = ctx.now();
  const rows = await ctx.db.$queryRawUnsafe<{ minutes: number }[]>(
    `select (extract(epoch from e.completed_at - e.claimed_at) / 60)::float8 as minutes from good_faith_exam e
     where e.clinic_id = $1::uuid and e.service = $2 and e.patient_state = $3 and e.claimed_at <= e.completed_at
       and e.completed_at between $4::timestamptz and $5::timestamptz order by e.completed_at desc limit ${TURNS}`,
    ...[clinicId, service, patientState],
    new Date(now.getTime() - TURNS_DAYS * 1_440 * MINUTE_MS).toISOString(),
    now.toISOString(),
  );
  return rows.map(({ minutes }) => minutes);
}

/** Who has an exam of the clinic in hand, or has had one a short while ago. */
function seenAt(ctx: Ctx, { clinicId }: LineKey): Promise<Seen[]> {
  const now = ctx.now();
  const inHand = `((e.status = 'HELD' and not ${waitingSql('$2')}) or (e.status = 'IN_PROGRESS' and e.started_at > $5::timestamptz)
    or (e.status = 'BOOKED' and e.starts_at <= $3::timestamptz and e.ends_at > $3::timestamptz))`;
  return ctx.db.$queryRawUnsafe<Seen[]>(
    `select e.examiner_id::text as "examinerId", bool_or(${inHand}) as busy from good_faith_exam e
     where e.clinic_id = $1::uuid and e.examiner_id is not null and (${inHand} or e.completed_at between $4::timestamptz and $3::timestamptz)
     group by e.examiner_id`,
    clinicId,
    silentBefore(now).toISOString(),
    now.toISOString(),
    new Date(now.getTime() - STILL_THERE_MINUTES * MINUTE_MS).toISOString(),
    new Date(now.getTime() - LEFT_OPEN_HOURS * 60 * MINUTE_MS).toISOString(),
  );
}

/** Whose published hours cover this minute, and who has time off. */
async function atWork(ctx: Ctx, line: LineKey) {
  const window = { from: ctx.now(), to: new Date(ctx.now().getTime() + MINUTE_MS) };
  const { hours, exceptions, off } = await hoursOfClinic(ctx.db, { ...line, ...window });
  const now = window.from.getTime();
  const open = openTimes(hours, exceptions, window).filter(({ from, to }) => from <= now && now < to);
  return { open: open.map(({ examinerId }) => examinerId), off };
}
