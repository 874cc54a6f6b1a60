import type { GoodFaithExam } from '#prisma/generated/prescriptions/client.ts';
import type { ExamSinceFact } from '#rules/facts.ts';
import type { Tx } from '../../builder.ts';
import { asDecided } from './as-decided.ts';

/** Decisions that do not clear a service, or not yet: after one of them, an earlier approval no longer speaks for the patient. */
const AGAINST = ['DECLINED', 'NEEDS_IN_PERSON', 'DEFERRED', 'APPROVED_WITH_CONDITIONS'];

/**
 * Reasons that speak of the patient, or may: a later approval that was taken back for one of them leaves no earlier one standing. Those that speak of
 * the exam alone (its examiner's authority, its standard, an entry in error) say nothing about the exam before.
 */
const OF_THE_PATIENT = ['CONTRAINDICATION_FOUND', 'HEALTH_CHANGED', 'INFORMATION_WRONG', 'PATIENT_REQUEST', 'OTHER'];

/** As much of an exam as says what came after it. */
type ExamThen = Pick<GoodFaithExam, 'id' | 'patientId' | 'service' | 'intakeId' | 'completedAt'>;

/** What has happened since an exam that may end it early, as far as the caller may see; null of an exam that is not completed, or whose answers cannot be read. */
export async function sinceExam(db: Tx, exam: ExamThen): Promise<ExamSinceFact | null> {
  const { patientId, service, completedAt } = exam;
  const intake = await db.intake.findFirst({ where: { id: exam.intakeId }, select: { submittedAt: true } });
  if (completedAt === null || intake === null) return null;
  // Only the latest answers count: a later intake replaces the ones before, in good and in bad.
  const latest = await db.intake.findFirst({
    where: { patientId, service, submittedAt: { gte: intake.submittedAt }, id: { not: exam.intakeId } },
    orderBy: [{ submittedAt: 'desc' }, { id: 'desc' }],
    select: { status: true, submittedAt: true },
  });
  const later = await laterAgainst(db, { patientId, service, completedAt: { gt: completedAt } });
  const marked = await db.examErrorReport.findFirst({
    where: { examId: exam.id, answer: { is: null } },
    orderBy: { id: 'asc' },
    select: { reportedAt: true },
  });
  return {
    contraindicatedAt: latest?.status === 'BLOCKED' ? latest.submittedAt.toISOString() : 'none',
    laterOutcome: later?.outcome ?? 'none',
    ...(later?.at && { laterDecidedAt: later.at.toISOString() }),
    errorMarkedAt: marked?.reportedAt.toISOString() ?? 'none',
  };
}

/** The latest of those exams that stands against an earlier approval, as it counts now, and since when it does. */
async function laterAgainst(db: Tx, after: { patientId: string; service: string; completedAt: { gt: Date } }) {
  const exams = await db.goodFaithExam.findMany({
    where: {
      ...{ ...after, status: 'COMPLETED' },
      OR: [
        { revokedAt: null, outcome: { in: AGAINST } },
        { revokedAt: { not: null }, revokedReason: { in: OF_THE_PATIENT } },
      ],
    },
    orderBy: [{ completedAt: 'desc' }, { id: 'desc' }],
  });
  for (const exam of exams) {
    if (exam.revokedAt !== null) return { outcome: 'REVOKED', at: exam.revokedAt };
    const { outcome } = await asDecided(db, exam);
    if (outcome !== 'APPROVED') return { outcome, at: exam.completedAt };
  }
  return null;
}
