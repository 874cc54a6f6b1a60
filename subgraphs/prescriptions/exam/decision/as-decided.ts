import type { ExamDirectorDecision, GoodFaithExam } from '#prisma/generated/prescriptions/client.ts';
import type { ExamConditionFact } from '#rules/facts.ts';
import type { Tx } from '../../builder.ts';
import { conditionsOf } from './exam-condition.ts';

/** An exam as it counts; of an approval with conditions also how each of them stands. */
export interface ExamAsDecided extends GoodFaithExam {
  readonly conditionsStanding?: readonly ExamConditionFact[];
}

/** What was decided of an exam after it: by its director, and of its conditions. */
export interface DecidedLater {
  readonly directorDecision: Pick<ExamDirectorDecision, 'outcome' | 'services' | 'validUntil'> | null;
  readonly conditionsMet: readonly { readonly position: number; readonly at: Date }[];
}

/** What of an exam's relations says how it counts. */
export const decidedLater = {
  directorDecision: true,
  conditionsMet: { select: { position: true, at: true } },
} as const;

/**
 * An exam as it counts: of a deferred one, what its director decided in the place of what the examiner left open; an approval with conditions is an
 * approval once each of them is met. Its own row never changes, so everything that relies on an exam reads it through here.
 */
export async function asDecided(db: Tx, exam: GoodFaithExam): Promise<ExamAsDecided> {
  if (exam.outcome === 'APPROVED_WITH_CONDITIONS') {
    const conditionsMet = await db.examConditionMet.findMany({ where: { examId: exam.id }, ...decidedLater.conditionsMet });
    return decidedWith(exam, { directorDecision: null, conditionsMet });
  }
  if (exam.outcome !== 'DEFERRED') return exam;
  return decidedWith(exam, {
    directorDecision: await db.examDirectorDecision.findUnique({ where: { examId: exam.id } }),
    conditionsMet: [],
  });
}

/** The same of an exam whose later decisions were read with it. */
export function decidedWith(exam: GoodFaithExam, { directorDecision, conditionsMet }: DecidedLater): ExamAsDecided {
  if (exam.outcome === 'APPROVED_WITH_CONDITIONS') return onConditions(exam, conditionsMet);
  if (exam.outcome !== 'DEFERRED' || directorDecision === null) return exam;
  const { outcome, services, validUntil } = directorDecision;
  return { ...exam, outcome, services, validUntil };
}

function onConditions(exam: GoodFaithExam, met: DecidedLater['conditionsMet']): ExamAsDecided {
  const metAt = new Map(met.map(({ position, at }) => [position, at.toISOString()]));
  const conditionsStanding = conditionsOf(exam).map(({ position, kind }) => ({ position, kind, metAt: metAt.get(position) ?? 'open' }));
  const all = conditionsStanding.length > 0 && conditionsStanding.every((condition) => condition.metAt !== 'open');
  return { ...exam, outcome: all ? 'APPROVED' : exam.outcome, conditionsStanding };
}
