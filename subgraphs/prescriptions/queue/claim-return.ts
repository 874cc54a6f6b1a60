import type { GoodFaithExam, Prisma } from '#prisma/generated/prescriptions/client.ts';
import { audit, type AuditActor } from '#kernel/audit.ts';
import { Conflict } from '#kernel/errors.ts';
import type { Tx } from '../builder.ts';
import { moveExam } from '../exam/exam-rows.ts';

/** Why an examiner gives back what they claimed, and whether they may be given the same exam again. */
export const returnReasons = {
  CALLED_AWAY: { lasting: false, description: 'They are needed elsewhere.' },
  PATIENT_NOT_READY: { lasting: false, description: 'The patient cannot be examined at this moment: for five minutes others come first.' },
  TECHNICAL_FAILURE: { lasting: false, description: 'Line, device or software fail on their side.' },
  CONFLICT_OF_INTEREST: { lasting: true, description: 'They know the patient or have a stake in it: the exam is not given to them again.' },
  OUT_OF_SCOPE: { lasting: true, description: 'It is beyond what they practise: the exam is not given to them again.' },
} as const;

/** One reason of an examiner’s. */
export type ReturnReason = keyof typeof returnReasons;

/** The reasons for which an exam is never given to the same examiner again. */
export const lastingReasons = Object.entries(returnReasons).flatMap(([reason, { lasting }]) => (lasting ? [reason] : []));

/** What is no longer said of an exam once it waits again. Since when it waits stays: that is its place. */
export const unclaimed = { examinerId: null, claimedAt: null, claimKeptAt: null } satisfies Prisma.GoodFaithExamUncheckedUpdateInput;

/** Puts a claimed exam back where it stood, and keeps who had it and why it came back. The exam is locked by the caller. */
export async function putBack(tx: Tx, ctx: AuditActor, exam: GoodFaithExam, reason: ReturnReason | 'SILENT'): Promise<GoodFaithExam> {
  if (exam.examinerId === null || exam.claimedAt === null) throw new Conflict();
  const { id: examId, clinicId, patientId, examinerId, claimedAt } = exam;
  const waiting = await moveExam(tx, exam, 'REQUESTED', unclaimed);
  const said = { reason, returnedAt: ctx.now(), returnedBy: ctx.actor.sub };
  await tx.examClaimReturn.createMany({ data: [{ id: ctx.newId(), clinicId, examId, examinerId, claimedAt, ...said }] });
  const action = reason === 'SILENT' ? 'exam.claim-lapsed' : 'exam.returned';
  await audit(tx, ctx, {
    ...{ action, tenantId: clinicId, subjectKind: 'exam', subjectId: examId, patientId },
    detail: { examiner: examinerId, reason },
  });
  return waiting;
}
