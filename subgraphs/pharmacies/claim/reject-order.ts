import { z } from 'zod';
import { builder } from '../builder.ts';
import { Fulfillment } from '../fulfillment/fulfillment.ts';
import { ClaimRequired } from './claim-refusals.ts';
import { giveBack, reasonCode } from './give-back.ts';

// Why an order should not be filled as it is, by any pharmacy.
const usual = 'ILLEGIBLE_OR_INCOMPLETE, CLINICAL_CONCERN, NOT_VERIFIED, NOT_PERMITTED, DUPLICATE or OTHER';

const Input = builder.inputType('RejectOrderInput', {
  description: 'An order that should not be filled as it is, and why.',
  fields: (t) => ({
    orderId: t.id({ required: true, description: 'Id of the order.' }),
    secret: t.string({ required: true, description: 'The secret of the claim.' }),
    reason: t.string({ required: true, description: `A code: ${usual}.` }),
    note: t.string({ description: 'What the prescriber should know, in words.' }),
  }),
  validate: z.object({ reason: reasonCode, note: z.string().max(1_000, 'A note has at most 1,000 characters.').nullish() }).loose(),
});

builder.mutationField('rejectOrder', (t) =>
  t.field({
    description: 'Refuses an order: it should not be filled as it is, here or elsewhere.',
    type: Fulfillment,
    authScopes: { may: 'order:claim' },
    args: { input: t.arg({ type: Input, required: true, description: 'The order and the reason.' }) },
    errors: { types: [ClaimRequired] },
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'fulfillment' }, (tx) => giveBack(tx, ctx, 'REJECTED', args.input)),
  }),
);
