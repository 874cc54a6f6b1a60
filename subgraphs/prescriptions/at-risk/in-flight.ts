import type { Ctx, Tx } from '../builder.ts';
import type { ExamSinceFact } from '#rules/facts.ts';
import { isCurrent } from '../consent/consent-kinds.ts';

/** A booked exam that is not over, or a signed order that is not finished, as far as its gate asks about it. */
export interface InFlight {
  readonly kind: 'EXAM' | 'ORDER';
  /** Stored ids throughout. */
  readonly id: string;
  readonly clinicId: string;
  /** When the exam begins, or when the order was signed. */
  readonly due: Date;
  readonly service: string;
  /** Where the patient will be, or where the order goes. */
  readonly state: string;
  /** The examiner, or the prescriber. */
  readonly practitionerId: string;
  /** How the exam is or was held. */
  readonly modality: string;
  /** Of an order: what it stands on and where it goes. */
  readonly order: OrderInFlight | null;
  /** Null for who may not read patients' records at that clinic: then nothing of the patient is asked. */
  readonly chart: ChartInFlight | null;
}

/** What a signed order stands on, and who compounds it. */
export interface OrderInFlight {
  readonly examinerId: string;
  readonly examCompletedAt: Date;
  readonly examState: string;
  readonly formularyItemId: string;
  readonly pharmacyId: string;
  readonly protocolId: string;
  /** The last day on which it may be filled, YYYY-MM-DD. */
  readonly lastDay: string | null;
}

/** What the patient's own record says today. */
export interface ChartInFlight {
  readonly patientId: string;
  readonly examRevoked: boolean;
  /** Of an order: what has come up since its exam. */
  readonly since: ExamSinceFact | null;
  /** Of an exam: the patient's date of birth, YYYY-MM-DD. */
  readonly birthDate: string | null;
  /** Kinds agreed to, to current texts, and not taken back. */
  readonly consents: readonly string[];
  /** Reasons of the safety holds in force. */
  readonly holds: readonly string[];
}

/** As many records as are judged with one statement and one question to the graph. */
export const RECORDS_AT_ONCE = 200;

/** Where a record stands in the list: by what is due first. */
export interface Place {
  readonly due: Date;
  readonly id: string;
}

/** A stretch of the list, forwards from a place or backwards from one. */
export interface Stretch {
  /** Null for every clinic that the caller may know of: the subgraph itself, of all. */
  readonly clinics: readonly string[] | null;
  readonly after: Place | null;
  readonly before: Place | null;
  readonly backwards: boolean;
  readonly limit: number;
}

interface Row extends Omit<InFlight, 'order' | 'chart'>, Partial<OrderInFlight> {
  readonly chart: (Omit<ChartInFlight, 'consents'> & { readonly consents: readonly { kind: string; version: string }[] }) | null;
}

const columns = `kind, id::text, clinic_id::text as "clinicId", due, service, state, practitioner_id::text as "practitionerId", modality, chart,
  exam_examiner_id::text as "examinerId", exam_completed_at as "examCompletedAt", exam_state as "examState",
  formulary_item_id::text as "formularyItemId", pharmacy_id::text as "pharmacyId", protocol_id::text as "protocolId", last_day as "lastDay"`;

/** One stretch of what is in flight at some clinics, in one statement. */
export async function stretchInFlight(
  ctx: { readonly db: Pick<Tx, '$queryRawUnsafe'>; now(): Date },
  { clinics, after, before, backwards, limit }: Stretch,
): Promise<InFlight[]> {
  const direction = backwards ? 'desc' : 'asc';
  const rows = await ctx.db.$queryRawUnsafe<Row[]>(
    `select ${columns} from prescriptions_at_risk.in_flight($1::uuid[], null, $2::timestamptz) f
     where ($3::timestamptz is null or (f.due, f.id) > ($3::timestamptz, $4::uuid)) and ($5::timestamptz is null or (f.due, f.id) < ($5::timestamptz, $6::uuid))
     order by f.due ${direction}, f.id ${direction} limit $7::int`,
    clinics && [...clinics],
    ctx.now().toISOString(),
    after?.due.toISOString() ?? null,
    after?.id ?? null,
    before?.due.toISOString() ?? null,
    before?.id ?? null,
    limit,
  );
  return rows.map(shaped);
}

/** The named records: those of them that are in flight, at the caller's clinics. */
export async function inFlightAmong(ctx: Pick<Ctx, 'db' | 'actor' | 'now'>, ids: readonly string[]): Promise<InFlight[]> {
  const rows = await ctx.db.$queryRawUnsafe<Row[]>(
    `select ${columns} from prescriptions_at_risk.in_flight($1::uuid[], $2::uuid[], $3::timestamptz)`,
    [...ctx.actor.places('at-risk:read')],
    [...ids],
    ctx.now().toISOString(),
  );
  return rows.map(shaped);
}

function shaped({
  chart,
  examinerId,
  examCompletedAt,
  examState,
  formularyItemId,
  pharmacyId,
  protocolId,
  lastDay,
  ...row
}: Row): InFlight {
  const order = { examinerId, examCompletedAt, examState, formularyItemId, pharmacyId, protocolId, lastDay };
  return {
    ...row,
    order: row.kind === 'ORDER' ? (order as OrderInFlight) : null,
    chart: chart && { ...chart, consents: chart.consents.flatMap(({ kind, version }) => (isCurrent(kind, version) ? [kind] : [])) },
  };
}
