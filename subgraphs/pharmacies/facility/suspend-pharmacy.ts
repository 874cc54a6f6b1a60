import { z } from 'zod';
import { builder } from '../builder.ts';
import { Pharmacy } from '../pharmacy/pharmacy.ts';
import { movePharmacy } from './move-pharmacy.ts';
import { line } from './plain-text.ts';

const PharmacySuspensionReason = builder.enumType('PharmacySuspensionReason', {
  description: 'Why a facility is stopped.',
  values: {
    BOARD_ACTION: { description: 'A board of pharmacy acted against it.' },
    FDA_ACTION: { description: 'The Food and Drug Administration acted against it.' },
    PATIENT_SAFETY: { description: 'What it sends may harm.' },
    UNDER_REVIEW: { description: 'Something it said is looked into.' },
    OWN_REQUEST: { description: 'It asked for it.' },
  } as const,
});

const Input = builder.inputType('SuspendPharmacyInput', {
  description: 'A facility that is stopped, and why.',
  fields: (t) => ({
    pharmacyId: t.id({ required: true, description: 'The facility.' }),
    reason: t.field({ type: PharmacySuspensionReason, required: true, description: 'Why, as a code that everybody reads.' }),
    note: t.string({ required: true, description: 'What was looked at: 1 to 500 characters.' }),
  }),
  validate: z.object({ note: line('The note', 500) }).loose(),
});

builder.mutationField('suspendPharmacy', (t) =>
  t.field({
    description:
      'Stops an active facility at once, by an operator with a second factor: from then on nothing is offered, sent, claimed, dispensed or shipped there and none of its orders verifies. Clinics find the orders it has among those that wait. Recalls and records go on.',
    type: Pharmacy,
    authScopes: { may: 'pharmacy:admit' },
    args: { input: t.arg({ type: Input, required: true, description: 'The facility, and why.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'pharmacy' }, (tx) => movePharmacy(tx, ctx, args.input, 'SUSPENDED')),
  }),
);
