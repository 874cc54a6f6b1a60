import { InvalidInput, RuleBlocked } from '#kernel/errors.ts';
import { fromId, toId } from '#kernel/ids.ts';
import { failed, isBlocked } from '#rules/results.ts';
import { builder } from '../builder.ts';
import { ControlledAccess } from './access.ts';
import { askRegistrants, registrantResult } from './registrant.ts';
import { requireClinic } from './require-clinic.ts';
import { takeAccessStep } from './take-access-step.ts';

const ProposeControlledSigningInput = builder.inputType('ProposeControlledSigningInput', {
  description: 'Who is to sign controlled prescriptions where.',
  fields: (t) => ({
    clinicId: t.id({ required: true, description: 'The clinic.' }),
    practitionerId: t.id({ required: true, description: 'The prescriber.' }),
    authorityVerified: t.boolean({
      required: true,
      description: 'That the caller has checked the prescriber’s DEA registration and state authority; must be true.',
    }),
  }),
});

builder.mutationField('proposeControlledSigning', (t) =>
  t.field({
    type: ControlledAccess,
    description:
      'The first of two people lets a prescriber sign controlled prescriptions at a clinic: they have checked registration and authority, of somebody other than themselves. It counts once a second person has granted it.',
    authScopes: { may: 'controlled-access:propose' },
    args: { input: t.arg({ type: ProposeControlledSigningInput, required: true, description: 'Whom and where.' }) },
    errors: {},
    resolve: async (_root, args, ctx, info) => {
      const { input } = args;
      const clinicId = fromId('clinic', input.clinicId);
      const practitionerId = fromId('practitioner', input.practitionerId);
      const told = await askRegistrants(ctx, [toId('practitioner', practitionerId)]);
      return ctx.write({ info, args, answer: 'controlledAccessStep' }, async (tx) => {
        ctx.requireStepUp();
        requireClinic(ctx, 'controlled-access:propose', clinicId);
        if (!input.authorityVerified)
          throw new InvalidInput([{ path: 'input.authorityVerified', message: 'must be true: check it first' }]);
        const signer = registrantResult(told, toId('practitioner', practitionerId), 'signer', ctx.now());
        const asked = ctx.actor.sub === toId('practitioner', practitionerId) ? [signer, ownAccess] : [signer];
        if (isBlocked(asked)) throw new RuleBlocked(asked);
        return takeAccessStep(tx, ctx, { clinicId, practitionerId }, { step: 'PROPOSED' });
      });
    },
  }),
);

// Whoever has both duties at a clinic would otherwise be one of the two people who let themselves sign.
const ownAccess = failed(
  'controlled.access.ownProposal',
  'Whoever is to sign may not propose it',
  'Let another compliance officer of the clinic check registration and authority, and propose it.',
  '21 CFR 1311.125',
);
