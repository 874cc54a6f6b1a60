import { audit } from '#kernel/audit.ts';
import { IllegalTransition, NotFound, RuleBlocked } from '#kernel/errors.ts';
import { fromId, toId } from '#kernel/ids.ts';
import type { ExamErrorReport, GoodFaithExam } from '#prisma/generated/prescriptions/client.ts';
import { failed } from '#rules/results.ts';
import { actingPractitioner } from '../../acting-practitioner.ts';
import type { Ctx, Tx } from '../../builder.ts';
import { canonicalText } from '../../document/canonical.ts';
import { lockExam } from '../exam-rows.ts';
import { examChanged } from '../exam-updated.ts';
import { ENTERED_IN_ERROR, HELD_FOR_ERROR } from './exam-error-report.ts';
import { signExam } from './sign-exam.ts';
import { takeBack } from './take-back.ts';

/** What the second person says of a mark. */
interface ErrorAnswer {
  readonly reportId: string;
  readonly note: string;
  readonly outcome: 'CONFIRMED' | 'REJECTED';
}

/** Answers a mark as its second person. Confirmed, the exam is taken back and every order in flight on it is held, in this transaction. */
export async function answerError(tx: Tx, ctx: Ctx, { reportId, note, outcome }: ErrorAnswer): Promise<ExamErrorReport> {
  ctx.requireStepUp();
  const second = toId('practitioner', actingPractitioner(ctx));
  const id = fromId('examErrorReport', reportId);
  const seen = await tx.examErrorReport.findFirst({ where: { id, clinicId: { in: [...ctx.actor.places('exam:amend')] } } });
  if (seen === null) throw new NotFound();
  // From here on nobody signs or sends an order on the exam, nor answers beside us: they all lock it first.
  const exam = await lockExam(tx, ctx, seen.examId, 'exam:amend');
  const report = await tx.examErrorReport.findUniqueOrThrow({ where: { id }, include: { answer: true, document: true } });
  if (report.answer !== null) throw new IllegalTransition(report.answer.outcome, outcome);
  requireSecondPerson(ctx.actor.sub, report.document.signedBy, exam);
  const at = ctx.now();
  const signed = canonicalText({
    schema: 'goodfaith.exam-error-answer/1',
    exam: { id: toId('exam', exam.id), digest: exam.digest },
    report: { id: toId('examErrorReport', id), digest: report.document.digest },
    ...{ outcome, note, secondPerson: { id: second, name: ctx.actor.name }, answeredAt: at.toISOString() },
  });
  const document = await signExam(tx, ctx, exam, { kind: 'ERROR_ANSWER', text: signed, at });
  const { id: examId, clinicId, patientId } = exam;
  await tx.examErrorAnswer.create({
    data: { id: ctx.newId(), clinicId, patientId, examId, reportId: id, documentId: document.id, outcome, note },
  });
  // One that was revoked while the mark was open counts for nothing already, and its orders are held.
  const counted = outcome === 'CONFIRMED' && exam.revokedAt === null;
  const held = counted ? await takeBack(tx, ctx, exam, { at, reason: ENTERED_IN_ERROR, heldFor: HELD_FOR_ERROR }) : [];
  await audit(tx, ctx, {
    action: outcome === 'CONFIRMED' ? 'exam.entered-in-error' : 'exam.error-rejected',
    ...{ tenantId: clinicId, subjectKind: 'exam', subjectId: examId, patientId },
    detail: { reason: report.reason, digest: document.digest, orders: held },
  });
  await examChanged(tx, ctx, examId);
  return tx.examErrorReport.findUniqueOrThrow({ where: { id } });
}

/** Neither whoever marked the exam nor its examiner: an exam does not go out of the record on one person's word, nor by its own author's hand. */
function requireSecondPerson(second: string, reporter: string, exam: GoodFaithExam): void {
  const examiner = exam.examinerId === null ? null : toId('practitioner', exam.examinerId);
  if (second !== reporter && second !== examiner) return;
  throw new RuleBlocked([
    failed(
      'exam.secondPerson',
      second === reporter ? 'You marked this exam yourself' : 'You held this exam yourself',
      'Ask another clinician of the clinic, or its medical director, to answer.',
    ),
  ]);
}
