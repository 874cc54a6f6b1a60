import type { GoodFaithExam, Intake } from '#prisma/generated/prescriptions/client.ts';
import type { ExamSinceFact } from '#rules/facts.ts';
import type { Tx } from '../../builder.ts';
import { asDecided, type ExamAsDecided } from './as-decided.ts';

/** Decisions that do not clear a service, or not yet: after one of them, an earlier approval no longer speaks for the patient. */
const AGAINST = ['DECLINED', 'NEEDS_IN_PERSON', 'DEFERRED', 'APPROVED_WITH_CONDITIONS'];

/**
 * Reasons that speak of the patient, or may: a later approval that was taken back for one of them leaves no earlier one standing. Those that speak of
 * the exam alone (its examiner's authority, its standard, an entry in error) say nothing about the exam before.
 */
const OF_THE_PATIENT = ['CONTRAINDICATION_FOUND', 'HEALTH_CHANGED', 'INFORMATION_WRONG', 'PATIENT_REQUEST', 'OTHER'];

/** Exams that may stand against an earlier approval. */
export const standsAgainst = {
  status: 'COMPLETED',
  OR: [
    { revokedAt: null, outcome: { in: AGAINST } },
    { revokedAt: { not: null }, revokedReason: { in: OF_THE_PATIENT } },
  ],
};

/** The same asked of a completed exam that was read already. */
export function mayStandAgainst({
  revokedAt,
  outcome,
  revokedReason,
}: Pick<GoodFaithExam, 'revokedAt' | 'outcome' | 'revokedReason'>): boolean {
  return revokedAt === null ? AGAINST.includes(outcome ?? '') : OF_THE_PATIENT.includes(revokedReason ?? '');
}

/** Marks of an exam as entered in error that nobody has answered yet: the first of them. */
export const openMark = { where: { answer: { is: null } }, orderBy: { id: 'asc' }, take: 1, select: { reportedAt: true } } as const;

/** As much of an exam as says what came after it. */
type ExamThen = Pick<GoodFaithExam, 'id' | 'patientId' | 'service' | 'intakeId' | 'completedAt'>;

/** What came after an exam. */
export interface CameAfter {
  /** The newest of the later answers for its service; null where there are none. */
  readonly answers: Pick<Intake, 'status' | 'submittedAt'> | null;
  /** The later exams for its service that may stand against it, as they count now, the latest first. */
  readonly against: readonly ExamAsDecided[];
  readonly marked: { readonly reportedAt: Date } | null;
}

/** What has happened since an exam that may end it early, as far as the caller may see; null of an exam that is not completed, or whose answers cannot be read. */
export async function sinceExam(db: Tx, exam: ExamThen): Promise<ExamSinceFact | null> {
  const { patientId, service, completedAt } = exam;
  const intake = await db.intake.findFirst({ where: { id: exam.intakeId }, select: { submittedAt: true } });
  if (completedAt === null || intake === null) return null;
  const answers = await laterAnswers(db, exam, intake);
  const held = await db.goodFaithExam.findMany({
    where: { patientId, service, completedAt: { gt: completedAt }, ...standsAgainst },
    orderBy: [{ completedAt: 'desc' }, { id: 'desc' }],
  });
  const against: ExamAsDecided[] = [];
  for (const one of held) against.push(await asDecided(db, one));
  const [marked = null] = await db.examErrorReport.findMany({ ...openMark, where: { ...openMark.where, examId: exam.id } });
  return sinceOf({ answers, against, marked });
}

/** Only the latest answers count: a later intake replaces the ones before, in good and in bad. */
export function laterAnswers(
  db: Tx,
  { patientId, service, intakeId }: ExamThen,
  { submittedAt }: Pick<Intake, 'submittedAt'>,
): Promise<CameAfter['answers']> {
  return db.intake.findFirst({
    where: { patientId, service, submittedAt: { gte: submittedAt }, id: { not: intakeId } },
    orderBy: [{ submittedAt: 'desc' }, { id: 'desc' }],
    select: { status: true, submittedAt: true },
  });
}

/** The same of what was read already. */
export function sinceOf({ answers, against, marked }: CameAfter): ExamSinceFact {
  const later = laterAgainst(against);
  return {
    contraindicatedAt: answers?.status === 'BLOCKED' ? answers.submittedAt.toISOString() : 'none',
    laterOutcome: later?.outcome ?? 'none',
    ...(later?.at && { laterDecidedAt: later.at.toISOString() }),
    errorMarkedAt: marked?.reportedAt.toISOString() ?? 'none',
  };
}

/** The latest of those exams that stands against an earlier approval, as it counts now, and since when it does. */
function laterAgainst(exams: readonly ExamAsDecided[]) {
  for (const { revokedAt, outcome, completedAt } of exams) {
    if (revokedAt !== null) return { outcome: 'REVOKED', at: revokedAt };
    if (outcome !== 'APPROVED') return { outcome, at: completedAt };
  }
  return null;
}
