import { RuleBlocked } from '#kernel/errors.ts';
import { fromId, toId } from '#kernel/ids.ts';
import { failed, isBlocked } from '#rules/results.ts';
import { actingPractitioner } from '../acting-practitioner.ts';
import { builder } from '../builder.ts';
import { ControlledAccess } from './access.ts';
import { askRegistrants, registrantResult } from './registrant.ts';
import { requireClinic } from './require-clinic.ts';
import { takeAccessStep } from './take-access-step.ts';

const GrantControlledSigningInput = builder.inputType('GrantControlledSigningInput', {
  description: 'Whose proposed access is granted.',
  fields: (t) => ({
    clinicId: t.id({ required: true, description: 'The clinic.' }),
    practitionerId: t.id({ required: true, description: 'The prescriber.' }),
  }),
});

const CITATION = '21 CFR 1311.125';

builder.mutationField('grantControlledSigning', (t) =>
  t.field({
    type: ControlledAccess,
    description:
      'The second of two people, a DEA registrant who neither proposed it nor is to sign, grants a prescriber to sign controlled prescriptions at a clinic, with a second factor.',
    authScopes: { may: 'controlled-access:grant' },
    args: { input: t.arg({ type: GrantControlledSigningInput, required: true, description: 'Whom and where.' }) },
    errors: {},
    resolve: async (_root, args, ctx, info) => {
      const granter = actingPractitioner(ctx);
      const clinicId = fromId('clinic', args.input.clinicId);
      const practitionerId = fromId('practitioner', args.input.practitionerId);
      const told = await askRegistrants(ctx, [ctx.actor.sub, toId('practitioner', practitionerId)]);
      return ctx.write({ info, args, answer: 'controlledAccessStep' }, async (tx) => {
        ctx.requireStepUp();
        requireClinic(ctx, 'controlled-access:grant', clinicId);
        const at = ctx.now();
        const asked = [
          registrantResult(told, ctx.actor.sub, 'grantor', at),
          registrantResult(told, toId('practitioner', practitionerId), 'signer', at),
        ];
        return takeAccessStep(tx, ctx, { clinicId, practitionerId }, { step: 'GRANTED' }, (last) => {
          const one = last?.takenBy === ctx.actor.sub || granter === practitionerId;
          const eyes = one ? [sameEyes] : [];
          if (isBlocked([...asked, ...eyes])) throw new RuleBlocked([...asked, ...eyes]);
        });
      });
    },
  }),
);

const sameEyes = failed(
  'controlled.access.fourEyes',
  'Whoever proposed it, and whoever is to sign, may not grant it',
  'Let another DEA registrant of the clinic grant it.',
  CITATION,
);
