import { RuleBlocked } from '#kernel/errors.ts';
import { toId } from '#kernel/ids.ts';
import type { GoodFaithExam } from '#prisma/generated/prescriptions/client.ts';
import { failed } from '#rules/results.ts';
import type { Tx } from '../builder.ts';
import { settingsOf } from '../schedule/settings-of.ts';
import { sittingAt } from '../schedule/slots.ts';

/** A stretch of one patient's time, wanted for an exam. */
export interface PatientTime {
  readonly patientId: string;
  readonly startsAt: Date;
  readonly endsAt: Date;
  /** The exam that is moved there: it stands in nobody's way, least of all its own. */
  readonly of?: string;
}

/** For how long an exam that nobody ends counts as running, in hours: its examiner may never come back to end it. */
const RUNS_AT_MOST_HOURS = 4;

/**
 * Throws RuleBlocked when another exam of the patient is booked or runs at that time, whoever examines. The claims know the
 * examiner's time alone. To be asked with the patient locked against others who ask it, so that of two the second sees the first.
 */
export async function requirePatientFree(tx: Tx, { patientId, startsAt, endsAt, of }: PatientTime): Promise<void> {
  for (const exam of await ofPatient(tx, patientId, ['BOOKED', 'IN_PROGRESS'], of)) {
    const stretches = await stretchesOf(tx, exam);
    if (stretches.some(({ from, to }) => from < endsAt.getTime() && startsAt.getTime() < to))
      throw busy(exam, 'Choose another time, or have');
  }
}

/**
 * Throws RuleBlocked when another exam of the patient is running. What is booked for later keeps nobody from beginning now:
 * the examiner sees the patient before them. To be asked with the patient locked, as above.
 */
export async function requireNoneRunning(tx: Tx, exam: Pick<GoodFaithExam, 'id' | 'patientId'>, now: Date): Promise<void> {
  const since = now.getTime() - RUNS_AT_MOST_HOURS * 3_600_000;
  const running = await ofPatient(tx, exam.patientId, ['IN_PROGRESS'], exam.id);
  const [other] = running.filter(({ startedAt }) => startedAt !== null && startedAt.getTime() > since);
  if (other !== undefined) throw busy(other, 'Have');
}

function ofPatient(tx: Tx, patientId: string, statuses: string[], except?: string): Promise<GoodFaithExam[]> {
  const others = except === undefined ? {} : { id: { not: except } };
  return tx.goodFaithExam.findMany({ where: { patientId, status: { in: statuses }, ...others }, orderBy: { id: 'asc' } });
}

/** When an exam is to be, and when it is: one that has begun takes as long as it was booked for, or as its clinic's settings say. */
async function stretchesOf(tx: Tx, exam: GoodFaithExam): Promise<{ readonly from: number; readonly to: number }[]> {
  const booked = exam.startsAt && exam.endsAt ? { from: exam.startsAt.getTime(), to: exam.endsAt.getTime() } : null;
  if (exam.startedAt === null) return booked === null ? [] : [booked];
  const from = exam.startedAt.getTime();
  if (booked !== null) return [booked, { from, to: from + booked.to - booked.from }];
  return [sittingAt(from, (await settingsOf(tx, exam.clinicId, exam.service)).rule)];
}

function busy({ id, status }: GoodFaithExam, have: string): RuleBlocked {
  const first = status === 'BOOKED' ? 'moved or cancelled' : 'completed or broken off';
  return new RuleBlocked([
    failed('exam.patientTime', 'The patient has another exam at that time', `${have} the exam ${toId('exam', id)} ${first} first.`),
  ]);
}
