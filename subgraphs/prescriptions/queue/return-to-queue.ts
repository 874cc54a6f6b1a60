import { IllegalTransition } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { actingPractitioner } from '../acting-practitioner.ts';
import { builder } from '../builder.ts';
import { GoodFaithExam } from '../exam/exam.ts';
import { lockExam } from '../exam/exam-rows.ts';
import { examChanged } from '../exam/exam-updated.ts';
import { requireOwnExam } from '../exam/start-exam.ts';
import { putBack, returnReasons } from './claim-return.ts';
import { requireClaim } from './claim-standing.ts';

const ClaimReturnReason = builder.enumType('ClaimReturnReason', {
  description: 'Why an examiner gives back an exam that they claimed.',
  values: returnReasons,
});

const ReturnToQueueInput = builder.inputType('ReturnToQueueInput', {
  description: 'A claimed exam that its examiner does not begin.',
  fields: (t) => ({
    examId: t.id({ required: true, description: 'The exam.' }),
    reason: t.field({ type: ClaimReturnReason, required: true, description: 'Why.' }),
  }),
});

builder.mutationField('returnToQueue', (t) =>
  t.field({
    type: GoodFaithExam,
    description:
      'Gives a claimed exam back: the patient waits again at the place they had. Refused once the exam has begun, which is then broken off or completed.',
    authScopes: { may: 'exam:conduct' },
    args: { input: t.arg({ type: ReturnToQueueInput, required: true, description: 'The exam and the reason.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) => {
      const examinerId = actingPractitioner(ctx);
      return ctx.write({ info, args, answer: 'goodFaithExam' }, async (tx) => {
        const exam = await lockExam(tx, ctx, fromId('exam', args.input.examId), 'exam:conduct');
        if (exam.status !== 'HELD') throw new IllegalTransition(exam.status, 'REQUESTED');
        requireOwnExam(exam, examinerId);
        requireClaim(exam, ctx.now());
        const waiting = await putBack(tx, ctx, exam, args.input.reason);
        await examChanged(tx, ctx, exam.id);
        return waiting;
      });
    },
  }),
);
