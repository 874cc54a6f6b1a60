import type { GoodFaithExam } from '#prisma/generated/prescriptions/client.ts';
import type { ExamSinceFact } from '#rules/facts.ts';
import type { Tx } from '../../builder.ts';

/** Decisions against a service: after one of them, an earlier approval no longer speaks for the patient. */
const AGAINST = ['DECLINED', 'NEEDS_IN_PERSON', 'DEFERRED'];

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
  const later = await db.goodFaithExam.findFirst({
    where: {
      ...{ patientId, service, status: 'COMPLETED', completedAt: { gt: completedAt }, outcome: { in: AGAINST }, revokedAt: null },
      NOT: { directorDecision: { is: { outcome: 'APPROVED' } } },
    },
    orderBy: [{ completedAt: 'desc' }, { id: 'desc' }],
    select: { outcome: true, completedAt: true },
  });
  const marked = await db.examErrorReport.findFirst({
    where: { examId: exam.id, answer: { is: null } },
    orderBy: { id: 'asc' },
    select: { reportedAt: true },
  });
  return {
    contraindicatedAt: latest?.status === 'BLOCKED' ? latest.submittedAt.toISOString() : 'none',
    laterOutcome: later?.outcome ?? 'none',
    ...(later?.completedAt && { laterDecidedAt: later.completedAt.toISOString() }),
    errorMarkedAt: marked?.reportedAt.toISOString() ?? 'none',
  };
}
