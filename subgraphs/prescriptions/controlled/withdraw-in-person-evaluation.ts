import { audit } from '#kernel/audit.ts';
import { IllegalTransition, NotFound } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { actingPractitioner } from '../acting-practitioner.ts';
import { builder } from '../builder.ts';
import { EvaluationWithdrawalReason } from './controlled-kinds.ts';
import { InPersonEvaluation } from './in-person-evaluation.ts';

const WithdrawInPersonEvaluationInput = builder.inputType('WithdrawInPersonEvaluationInput', {
  description: 'An evaluation that is to count no longer.',
  fields: (t) => ({
    evaluationId: t.id({ required: true, description: 'The evaluation.' }),
    reason: t.field({ type: EvaluationWithdrawalReason, required: true, description: 'Why.' }),
  }),
});

builder.mutationField('withdrawInPersonEvaluation', (t) =>
  t.field({
    type: InPersonEvaluation,
    description: 'Takes an evaluation in person back: from now on nothing is signed on it. What was signed on it before stays signed.',
    authScopes: { may: 'evaluation:record' },
    args: { input: t.arg({ type: WithdrawInPersonEvaluationInput, required: true, description: 'Which and why.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'inPersonEvaluation' }, async (tx) => {
        ctx.requireStepUp();
        actingPractitioner(ctx);
        const row = await tx.inPersonEvaluation.findFirst({
          where: {
            id: fromId('inPersonEvaluation', args.input.evaluationId),
            clinicId: { in: [...ctx.actor.places('evaluation:record')] },
          },
        });
        if (row === null) throw new NotFound();
        const { id: evaluationId, clinicId, patientId } = row;
        // Whoever signs holds the patient meanwhile: one of the two comes first.
        await tx.$queryRawUnsafe('select 1 from patient where id = $1::uuid for update', patientId);
        if ((await tx.inPersonEvaluationWithdrawal.count({ where: { evaluationId } })) > 0)
          throw new IllegalTransition('WITHDRAWN', 'WITHDRAWN');
        const { reason } = args.input;
        await tx.inPersonEvaluationWithdrawal.create({
          data: { id: ctx.newId(), clinicId, patientId, evaluationId, reason, withdrawnBy: ctx.actor.sub, at: ctx.now() },
        });
        await audit(tx, ctx, {
          ...{
            action: 'in-person-evaluation.withdrawn',
            tenantId: clinicId,
            subjectKind: 'inPersonEvaluation',
            subjectId: evaluationId,
            patientId,
          },
          detail: { reason },
        });
        return row;
      }),
  }),
);
