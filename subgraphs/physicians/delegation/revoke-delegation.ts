import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { IllegalTransition, NotFound } from '#kernel/errors.ts';
import { fromId, tryId } from '#kernel/ids.ts';
import { builder } from '../builder.ts';
import { hasLapsed } from '../lapse.ts';
import { Delegation } from './delegation.ts';
import { line } from './line.ts';

const RevokeDelegationInput = builder.inputType('RevokeDelegationInput', {
  description: 'The end of a delegation before its last day.',
  fields: (t) => ({
    delegationId: t.id({ required: true, description: 'The delegation.' }),
    reason: t.string({ required: true, description: 'Why, at most 500 characters. Nothing of a patient.' }),
  }),
  validate: z.object({ reason: line('The reason', 500) }).loose(),
});

builder.mutationField('revokeDelegation', (t) =>
  t.field({
    description:
      'Takes a delegation back at once and for good: by the physician who gave it, a medical director or a compliance officer of the clinic. It makes things stricter, so it needs no second factor.',
    type: Delegation,
    authScopes: { may: ['delegation:revoke', 'delegation:give'] },
    args: { input: t.arg({ type: RevokeDelegationInput, required: true, description: 'Which, and why.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'delegation' }, async (tx) => {
        const id = fromId('delegation', args.input.delegationId);
        const own = tryId('practitioner', ctx.actor.sub);
        const delegation = await tx.delegation.findFirst({
          where: {
            id,
            OR: [
              { clinicId: { in: [...ctx.actor.places('delegation:revoke')] } },
              ...(own === null ? [] : [{ delegatorId: own, clinicId: { in: [...ctx.actor.places('delegation:give')] } }]),
            ],
          },
        });
        if (delegation === null) throw new NotFound();
        if (hasLapsed(delegation.endsOn, ctx.now())) throw new IllegalTransition('EXPIRED', 'REVOKED');
        const { count } = await tx.delegation.updateMany({
          where: { id, revokedAt: null },
          data: { revokedAt: ctx.now(), revokedBy: ctx.actor.sub, revocationReason: args.input.reason.trim() },
        });
        if (count === 0) throw new IllegalTransition('REVOKED', 'REVOKED');
        await audit(tx, ctx, {
          ...{ action: 'delegation.revoked', tenantId: delegation.clinicId, subjectKind: 'delegation', subjectId: id },
          detail: { delegateId: delegation.delegateId, service: delegation.service, own: delegation.delegatorId === own },
        });
        return tx.delegation.findUniqueOrThrow({ where: { id } });
      }),
  }),
);
