import { z } from 'zod';
import { builder } from '../builder.ts';
import { Pharmacy } from '../pharmacy/pharmacy.ts';
import { movePharmacy } from './move-pharmacy.ts';
import { line } from './plain-text.ts';

const PharmacyClosureReason = builder.enumType('PharmacyClosureReason', {
  description: 'Why a facility is closed.',
  values: {
    BUSINESS_ENDED: { description: 'It compounds no more.' },
    LICENSE_LOST: { description: 'Its licence was revoked or given up.' },
    PATIENT_SAFETY: { description: 'What it sends may harm.' },
    OWN_REQUEST: { description: 'It asked for it.' },
  } as const,
});

const Input = builder.inputType('ClosePharmacyInput', {
  description: 'A facility that is closed, and why.',
  fields: (t) => ({
    pharmacyId: t.id({ required: true, description: 'The facility.' }),
    reason: t.field({ type: PharmacyClosureReason, required: true, description: 'Why, as a code that everybody reads.' }),
    note: t.string({ required: true, description: 'What was looked at: 1 to 500 characters.' }),
  }),
  validate: z.object({ note: line('The note', 500) }).loose(),
});

builder.mutationField('closePharmacy', (t) =>
  t.field({
    description:
      'Closes a suspended facility for good, by another operator than suspended it, with a second factor. It never opens again; orders it has go back to their clinics. Its people still read its records and start and finish recalls.',
    type: Pharmacy,
    authScopes: { may: 'pharmacy:admit' },
    args: { input: t.arg({ type: Input, required: true, description: 'The facility, and why.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) => ctx.write({ info, args, answer: 'pharmacy' }, (tx) => movePharmacy(tx, ctx, args.input, 'CLOSED')),
  }),
);
