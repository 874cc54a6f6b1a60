import { z } from 'zod';
import { builder } from '../builder.ts';
import { Fulfillment } from '../fulfillment/fulfillment.ts';
import { ClaimRequired } from './claim-refusals.ts';
import { giveBack, reasonCode } from './give-back.ts';

// Why a pharmacy cannot fill what another may.
const usual = 'OUT_OF_STOCK, CAPACITY, INGREDIENT_UNAVAILABLE, EQUIPMENT_DOWN, CLINIC_ACCOUNT or OTHER';

const Input = builder.inputType('ReturnOrderInput', {
  description: 'An order this pharmacy cannot fill, and why: another may.',
  fields: (t) => ({
    orderId: t.id({ required: true, description: 'Id of the order.' }),
    secret: t.string({ required: true, description: 'The secret of the claim.' }),
    reason: t.string({ required: true, description: `A code: ${usual}.` }),
  }),
  validate: z.object({ reason: reasonCode }).loose(),
});

builder.mutationField('returnOrder', (t) =>
  t.field({
    description: 'Gives an order back unfilled, so that the clinic can send it to another pharmacy.',
    type: Fulfillment,
    authScopes: { may: 'order:claim' },
    args: { input: t.arg({ type: Input, required: true, description: 'The order and the reason.' }) },
    errors: { types: [ClaimRequired] },
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'fulfillment' }, (tx) => giveBack(tx, ctx, 'RETURNED', args.input)),
  }),
);
