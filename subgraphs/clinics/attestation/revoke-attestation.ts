import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { Conflict, IllegalTransition, NotFound } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { builder } from '../builder.ts';
import { noteShape } from './attest-rule.ts';
import { Attestation } from './attestation.ts';

const RevokeAttestationInput = builder.inputType('RevokeAttestationInput', {
  description: 'What is taken back, and why.',
  fields: (t) => ({
    attestationId: t.id({ required: true, description: 'The attestation.' }),
    note: t.string({ required: true, description: 'Why: 20 to 2,000 characters. No patient.' }),
  }),
  validate: z.object({ note: noteShape }).loose(),
});

builder.mutationField('revokeAttestation', (t) =>
  t.field({
    description:
      'A compliance officer takes an attestation of their entity back. It counts no more from this moment on; what was decided before stays as it was, and an earlier attestation of the rule does not come back.',
    type: Attestation,
    authScopes: { may: 'attestation:give' },
    args: { input: t.arg({ type: RevokeAttestationInput, required: true, description: 'What is taken back, and why.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'attestation' }, async (tx) => {
        const id = fromId('attestation', args.input.attestationId);
        const where = { id, entityId: { in: [...ctx.actor.places('attestation:give')] } };
        const seen = await tx.attestation.findFirst({ where });
        if (seen === null) throw new NotFound();
        ctx.requireStepUp();
        if (seen.attestedAt > ctx.now()) throw new Conflict('It was given later than now: nothing can be taken back before it was given.');
        const { count } = await tx.attestation.updateMany({
          where: { ...where, revokedAt: null },
          data: { revokedAt: ctx.now(), revokedBy: ctx.actor.sub, revokedByName: ctx.actor.name, revocationNote: args.input.note },
        });
        if (count === 0) throw new IllegalTransition('REVOKED', 'REVOKED');
        await audit(tx, ctx, {
          ...{ action: 'attestation.revoked', tenantId: seen.entityId, subjectKind: 'attestation', subjectId: id },
          detail: { ruleId: seen.ruleId },
        });
        return tx.attestation.findUniqueOrThrow({ where: { id } });
      }),
  }),
);
