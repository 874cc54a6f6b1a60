import type { GoodFaithExam } from '#prisma/generated/prescriptions/client.ts';
import type { Tx } from '../../builder.ts';

/**
 * An exam as it counts: of a deferred one, what its director decided in the place of what the examiner left open. Its own row never changes,
 * so everything that relies on an exam reads it through here.
 */
export async function asDecided(db: Tx, exam: GoodFaithExam): Promise<GoodFaithExam> {
  if (exam.outcome !== 'DEFERRED') return exam;
  const decision = await db.examDirectorDecision.findUnique({ where: { examId: exam.id } });
  if (decision === null) return exam;
  const { outcome, services, validUntil } = decision;
  return { ...exam, outcome, services, validUntil };
}
