import { fromId } from '#kernel/ids.ts';
import { builder } from '../builder.ts';
import { ControlledAccess } from './access.ts';
import { ControlledAccessReason } from './controlled-kinds.ts';
import { requireClinic } from './require-clinic.ts';
import { takeAccessStep } from './take-access-step.ts';

const RevokeControlledSigningInput = builder.inputType('RevokeControlledSigningInput', {
  description: 'Whose access ends.',
  fields: (t) => ({
    clinicId: t.id({ required: true, description: 'The clinic.' }),
    practitionerId: t.id({ required: true, description: 'The prescriber.' }),
    reason: t.field({ type: ControlledAccessReason, required: true, description: 'Why.' }),
  }),
});

builder.mutationField('revokeControlledSigning', (t) =>
  t.field({
    type: ControlledAccess,
    description:
      'Ends at once what was proposed or granted: from now on the prescriber signs no controlled prescription at the clinic. One person is enough. What was signed stays signed.',
    authScopes: { may: 'controlled-access:revoke' },
    args: { input: t.arg({ type: RevokeControlledSigningInput, required: true, description: 'Whose and why.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'controlledAccessStep' }, async (tx) => {
        ctx.requireStepUp();
        const clinicId = fromId('clinic', args.input.clinicId);
        requireClinic(ctx, 'controlled-access:revoke', clinicId);
        const place = { clinicId, practitionerId: fromId('practitioner', args.input.practitionerId) };
        return takeAccessStep(tx, ctx, place, { step: 'REVOKED', reason: args.input.reason });
      }),
  }),
);
