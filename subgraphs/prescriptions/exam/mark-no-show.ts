import { audit } from '#kernel/audit.ts';
import { RuleBlocked } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { requireMove } from '#kernel/states.ts';
import type { GoodFaithExam as ExamRow } from '#prisma/generated/prescriptions/client.ts';
import { failed } from '#rules/results.ts';
import { actingPractitioner } from '../acting-practitioner.ts';
import { builder, type Tx } from '../builder.ts';
import { settingsOf } from '../schedule/settings-of.ts';
import { free } from '../slot/claims.ts';
import { GoodFaithExam } from './exam.ts';
import { lockExam, moveExam } from './exam-rows.ts';
import { examMoves } from './exam-status.ts';
import { examChanged } from './exam-updated.ts';
import { requireOwnExam } from './start-exam.ts';

const MarkNoShowInput = builder.inputType('MarkNoShowInput', {
  description: 'A booked exam whose patient has not come.',
  fields: (t) => ({ examId: t.id({ required: true, description: 'The exam.' }) }),
});

builder.mutationField('markNoShow', (t) =>
  t.field({
    type: GoodFaithExam,
    description:
      'Records that the patient of a booked exam did not come, and gives the rest of its time back. By a front desk, or by its examiner; once the clinic’s grace is over (`ExamSettings.noShowGraceMinutes`).',
    authScopes: { may: ['exam:book', 'exam:conduct'] },
    args: { input: t.arg({ type: MarkNoShowInput, required: true, description: 'The exam.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'goodFaithExam' }, async (tx) => {
        const exam = await lockExam(tx, ctx, fromId('exam', args.input.examId), ['exam:book', 'exam:conduct']);
        if (!ctx.actor.places('exam:book').includes(exam.clinicId)) requireOwnExam(exam, actingPractitioner(ctx));
        requireMove(examMoves, exam.status, 'NO_SHOW');
        const { rule } = await settingsOf(tx, exam.clinicId, exam.service);
        await requireAbsent(tx, exam, rule.noShowGraceMinutes, ctx.now());
        const missed = await moveExam(tx, exam, 'NO_SHOW', { noShowAt: ctx.now() });
        const subject = { tenantId: exam.clinicId, subjectKind: 'exam', subjectId: exam.id, patientId: exam.patientId } as const;
        await audit(tx, ctx, { action: 'exam.no-show', ...subject, detail: { graceMinutes: rule.noShowGraceMinutes } });
        await examChanged(tx, ctx, exam.id);
        if (exam.holdId !== null) await free(tx, exam.holdId);
        return missed;
      }),
  }),
);

async function requireAbsent(tx: Tx, exam: ExamRow, graceMinutes: number, now: Date): Promise<void> {
  const refuse = (message: string, remedy: string) => new RuleBlocked([failed('exam.noShow', message, remedy)]);
  const from = new Date((exam.startsAt?.getTime() ?? 0) + graceMinutes * 60_000);
  if (now < from)
    throw refuse(
      `A patient is given ${graceMinutes} minutes from the beginning of the exam`,
      `Wait until ${from.toISOString()}, or cancel the exam.`,
    );
  const joined = await tx.callEvent.count({ where: { examId: exam.id, part: 'PATIENT', kind: 'JOINED', at: { gte: earliest(exam) } } });
  if (exam.arrivedAt !== null || joined > 0)
    throw refuse('The patient has come', 'Hold the exam, move it, or cancel it with the reason PATIENT_LEFT.');
}

/** A call is joined from a quarter of an hour before its exam on: who was in one before was there for the time it was moved from. */
function earliest({ startsAt }: ExamRow): Date {
  return new Date((startsAt?.getTime() ?? 0) - 15 * 60_000);
}
