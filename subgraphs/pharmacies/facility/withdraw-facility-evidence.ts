import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { Conflict, IllegalTransition, NotFound } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { builder } from '../builder.ts';
import { FacilityEvidence } from './facility-evidence.ts';
import { line } from './plain-text.ts';
import { holdStanding } from './standing-lock.ts';

const Input = builder.inputType('WithdrawFacilityEvidenceInput', {
  description: 'A paper that no longer counts.',
  fields: (t) => ({
    evidenceId: t.id({ required: true, description: 'The paper.' }),
    reason: t.string({ required: true, description: 'Why, at most 500 characters.' }),
  }),
  validate: z.object({ reason: line('The reason', 500) }).loose(),
});

builder.mutationField('withdrawFacilityEvidence', (t) =>
  t.field({
    description:
      'Takes a paper back, for instance because it was recorded by mistake or its issuer revoked it. What it covered stops at once.',
    type: FacilityEvidence,
    authScopes: { may: 'facility:keep' },
    args: { input: t.arg({ type: Input, required: true, description: 'The paper and the reason.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'facilityEvidence' }, async (tx) => {
        const id = fromId('facilityEvidence', args.input.evidenceId);
        const own = await tx.facilityEvidence.findFirst({ where: { id, pharmacyId: { in: [...ctx.actor.places('facility:keep')] } } });
        if (own === null) throw new NotFound();
        await holdStanding(tx, own.pharmacyId);
        if (own.withdrawnAt !== null) throw new IllegalTransition('WITHDRAWN', 'WITHDRAWN');
        const moved = await tx.facilityEvidence.updateMany({
          where: { id, withdrawnAt: null },
          data: { withdrawnBy: ctx.actor.sub, withdrawnAt: ctx.now(), withdrawReason: args.input.reason.trim() },
        });
        if (moved.count === 0) throw new Conflict();
        await audit(tx, ctx, {
          ...{ action: 'facility-evidence.withdrawn', tenantId: own.pharmacyId, subjectKind: 'facilityEvidence', subjectId: id },
          detail: { kind: own.kind },
        });
        return tx.facilityEvidence.findUniqueOrThrow({ where: { id } });
      }),
  }),
);
