import { audit } from '#kernel/audit.ts';
import { requireMove } from '#kernel/states.ts';
import { builder } from '../builder.ts';
import { OutsideExam, OutsideRejectReason } from './outside-exam.ts';
import { lockOutsideExam, outsideMoves } from './outside-rows.ts';

const RejectOutsideMatchInput = builder.inputType('RejectOutsideMatchInput', {
  description: 'A result that is confirmed of nobody.',
  fields: (t) => ({
    outsideExamId: t.id({ required: true, description: 'The result.' }),
    reason: t.field({ type: OutsideRejectReason, required: true, description: 'Why.' }),
  }),
});

builder.mutationField('rejectOutsideMatch', (t) =>
  t.field({
    type: OutsideExam,
    description:
      'A person says that the result of an exam held elsewhere is of nobody here, or is not to count. It stays on record and counts for nobody.',
    authScopes: { may: 'outside-exam:match' },
    args: { input: t.arg({ type: RejectOutsideMatchInput, required: true, description: 'The result and why.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'outsideExam' }, async (tx) => {
        const { id, clinicId, status } = await lockOutsideExam(tx, ctx, args.input.outsideExamId, 'outside-exam:match');
        requireMove(outsideMoves, status, 'REJECTED');
        const rejectReason = args.input.reason;
        await audit(tx, ctx, {
          ...{ action: 'outside-exam.rejected', tenantId: clinicId, subjectKind: 'outsideExam', subjectId: id },
          detail: { reason: rejectReason },
        });
        return tx.outsideExam.update({
          where: { id },
          data: { status: 'REJECTED', rejectReason, decidedAt: ctx.now(), decidedBy: ctx.actor.sub },
        });
      }),
  }),
);
