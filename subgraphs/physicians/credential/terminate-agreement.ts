import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { IllegalTransition, NotFound } from '#kernel/errors.ts';
import { fromId, tryId } from '#kernel/ids.ts';
import { builder, type Context, type Tx } from '../builder.ts';
import { line } from '../delegation/line.ts';
import { CollaborativeAgreement, storedAgreementStatus } from './collaborative-agreement.ts';
import { keptAgreement, ownAgreement } from './own-agreement.ts';

const TerminateAgreementInput = builder.inputType('TerminateAgreementInput', {
  description: 'The early end of a collaborative agreement.',
  fields: (t) => ({
    agreementId: t.id({ required: true, description: 'The agreement.' }),
    reason: t.string({ required: true, description: 'Why, at most 500 characters. Nothing of a patient.' }),
  }),
  validate: z.object({ reason: line('The reason', 500) }).loose(),
});

builder.mutationField('terminateAgreement', (t) =>
  t.field({
    description:
      'Ends a collaborative agreement at once, by either side or by those who keep the clinic’s agreements. Whoever needs it to examine, prescribe or act is stopped from then on.',
    type: CollaborativeAgreement,
    authScopes: { may: ['agreement:sign', 'agreement:draft'] },
    args: { input: t.arg({ type: TerminateAgreementInput, required: true, description: 'Which, and why.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'collaborativeAgreement' }, async (tx) => {
        const { agreement, place } = await endable(tx, ctx, fromId('collaborativeAgreement', args.input.agreementId));
        const status = storedAgreementStatus(agreement, ctx.now());
        if (status === 'TERMINATED' || status === 'EXPIRED') throw new IllegalTransition(status, 'TERMINATED');
        const ended = await tx.collaborativeAgreement.update({
          where: { id: agreement.id },
          data: {
            ...{ status: 'TERMINATED', terminatedAt: ctx.now(), terminatedBy: ctx.actor.sub },
            terminationReason: args.input.reason.trim(),
          },
        });
        await audit(tx, ctx, {
          ...{ action: 'agreement.terminated', tenantId: place, subjectKind: 'collaborativeAgreement', subjectId: agreement.id },
          detail: { was: agreement.status, supervisorId: agreement.supervisorId, superviseeId: agreement.superviseeId },
        });
        return ended;
      }),
  }),
);

/** One's own agreement, or one that the caller keeps for a clinic. */
async function endable(tx: Tx, ctx: Context, id: string) {
  const own = tryId('practitioner', ctx.actor.sub);
  if (own !== null && ctx.actor.may('agreement:sign')) {
    const mine = await tx.collaborativeAgreement.count({ where: { id, OR: [{ supervisorId: own }, { superviseeId: own }] } });
    if (mine > 0) return ownAgreement(tx, ctx, id, 'agreement:sign');
  }
  if (!ctx.actor.may('agreement:draft')) throw new NotFound();
  return keptAgreement(tx, ctx, id);
}
