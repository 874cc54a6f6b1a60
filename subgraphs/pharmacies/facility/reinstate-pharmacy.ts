import { z } from 'zod';
import { builder } from '../builder.ts';
import { Pharmacy } from '../pharmacy/pharmacy.ts';
import { FacilityNotReady } from './facility-ready.ts';
import { movePharmacy } from './move-pharmacy.ts';
import { line } from './plain-text.ts';

const PharmacyReinstatementReason = builder.enumType('PharmacyReinstatementReason', {
  description: 'Why a facility goes on.',
  values: {
    RESOLVED: { description: 'What stopped it is settled.' },
    SUSPENDED_IN_ERROR: { description: 'It should not have been stopped.' },
  } as const,
});

const Input = builder.inputType('ReinstatePharmacyInput', {
  description: 'A facility that goes on, and why.',
  fields: (t) => ({
    pharmacyId: t.id({ required: true, description: 'The facility.' }),
    reason: t.field({ type: PharmacyReinstatementReason, required: true, description: 'Why, as a code that everybody reads.' }),
    note: t.string({ required: true, description: 'What was looked at: 1 to 500 characters.' }),
  }),
  validate: z.object({ note: line('The note', 500) }).loose(),
});

builder.mutationField('reinstatePharmacy', (t) =>
  t.field({
    description:
      'Lets a suspended facility go on, by another operator than suspended it, with a second factor. Licence and papers must be as they must for admitting it.',
    type: Pharmacy,
    authScopes: { may: 'pharmacy:admit' },
    args: { input: t.arg({ type: Input, required: true, description: 'The facility, and why.' }) },
    errors: { types: [FacilityNotReady] },
    resolve: (_root, args, ctx, info) => ctx.write({ info, args, answer: 'pharmacy' }, (tx) => movePharmacy(tx, ctx, args.input, 'ACTIVE')),
  }),
);
