import type { GoodFaithExam } from '#prisma/generated/prescriptions/client.ts';
import type { ExamConditionFact } from '#rules/facts.ts';
import type { Tx } from '../../builder.ts';
import { conditionsOf } from './exam-condition.ts';

/** An exam as it counts; of an approval with conditions also how each of them stands. */
export interface ExamAsDecided extends GoodFaithExam {
  readonly conditionsStanding?: readonly ExamConditionFact[];
}

/**
 * An exam as it counts: of a deferred one, what its director decided in the place of what the examiner left open; an approval with conditions is an
 * approval once each of them is met. Its own row never changes, so everything that relies on an exam reads it through here.
 */
export async function asDecided(db: Tx, exam: GoodFaithExam): Promise<ExamAsDecided> {
  if (exam.outcome === 'APPROVED_WITH_CONDITIONS') return onConditions(db, exam);
  if (exam.outcome !== 'DEFERRED') return exam;
  const decision = await db.examDirectorDecision.findUnique({ where: { examId: exam.id } });
  if (decision === null) return exam;
  const { outcome, services, validUntil } = decision;
  return { ...exam, outcome, services, validUntil };
}

async function onConditions(db: Tx, exam: GoodFaithExam): Promise<ExamAsDecided> {
  const met = await db.examConditionMet.findMany({ where: { examId: exam.id }, select: { position: true, at: true } });
  const metAt = new Map(met.map(({ position, at }) => [position, at.toISOString()]));
  const conditionsStanding = conditionsOf(exam).map(({ position, kind }) => ({ position, kind, metAt: metAt.get(position) ?? 'open' }));
  const all = conditionsStanding.length > 0 && conditionsStanding.every((condition) => condition.metAt !== 'open');
  return { ...exam, outcome: all ? 'APPROVED' : exam.outcome, conditionsStanding };
}
