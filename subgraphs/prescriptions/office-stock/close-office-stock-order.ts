import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { builder } from '../builder.ts';
import { lockStock, moveStock, OfficeStockOrder, stockEntry } from './office-stock-order.ts';

const CloseOfficeStockOrderInput = builder.inputType('CloseOfficeStockOrderInput', {
  description: 'What is not awaited any more, and why.',
  fields: (t) => ({
    officeStockOrderId: t.id({ required: true, description: 'The order.' }),
    reason: t.string({ required: true, description: 'Why the rest does not come, in at most 300 characters.' }),
  }),
  validate: z
    .object({ reason: z.string().trim().min(1, 'The reason is missing.').max(300, 'A reason has at most 300 characters.') })
    .loose(),
});

builder.mutationField('closeOfficeStockOrder', (t) =>
  t.field({
    type: OfficeStockOrder,
    description: 'The clinic does not await the rest of an office stock order of which some has come. What came stays as it is.',
    authScopes: { may: 'office-stock:order' },
    args: { input: t.arg({ type: CloseOfficeStockOrderInput, required: true, description: 'What is closed, and why.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'officeStockOrder' }, async (tx) => {
        const own = { clinicId: { in: [...ctx.actor.places('office-stock:order')] } };
        const order = await lockStock(tx, ctx, args.input.officeStockOrderId, own);
        const moved = await moveStock(tx, ctx, order, 'CLOSED', args.input.reason.trim());
        await audit(tx, ctx, { ...stockEntry(order, 'closed'), detail: { was: order.status } });
        return moved;
      }),
  }),
);
