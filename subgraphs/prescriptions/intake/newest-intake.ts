/** Of a patient's answers for a service the newest count: a later intake replaces the ones before. */

import { toId } from '#kernel/ids.ts';
import type { GoodFaithExam, Intake } from '#prisma/generated/prescriptions/client.ts';
import { failed, type RuleResult } from '#rules/results.ts';
import type { Tx } from '../builder.ts';

type Given = Pick<Intake, 'patientId' | 'service' | 'submittedAt'>;

/** The newest of the intakes that replaced this one; null for one that stands. */
export function laterIntake(db: Tx, { patientId, service, submittedAt }: Given): Promise<Intake | null> {
  return db.intake.findFirst({
    where: { patientId, service, submittedAt: { gt: submittedAt } },
    orderBy: [{ submittedAt: 'desc' }, { id: 'desc' }],
  });
}

/** Since when later answers stand in this intake's place, as gates are told. */
export async function replacedSince(db: Tx, intake: Given): Promise<string> {
  return (await laterIntake(db, intake))?.submittedAt.toISOString() ?? 'none';
}

/** The intake on which an exam is held that has not begun: its own, or the newest of those that replaced it. */
export async function intakeNow(db: Tx, exam: Pick<GoodFaithExam, 'intakeId'>): Promise<Intake> {
  const own = await db.intake.findUniqueOrThrow({ where: { id: exam.intakeId } });
  return (await laterIntake(db, own)) ?? own;
}

/** The same among intakes that were read already; null when its own is not among them. */
export function intakeAmong(intakes: readonly Intake[], exam: Pick<GoodFaithExam, 'intakeId'>): Intake | null {
  const own = intakes.find(({ id }) => id === exam.intakeId);
  if (own === undefined) return null;
  const later = intakes.filter(
    (one) => one.patientId === own.patientId && one.service === own.service && one.submittedAt > own.submittedAt,
  );
  return later.toSorted((a, b) => b.submittedAt.getTime() - a.submittedAt.getTime())[0] ?? own;
}

/** That an intake no longer carries an exam, and which one does. */
export function replacedBy(later: Pick<Intake, 'id'>): RuleResult {
  const message = 'Later answers of the patient for the service have replaced this intake';
  return failed('intake.newest', message, `Name the newest intake instead: ${toId('intake', later.id)}.`);
}
