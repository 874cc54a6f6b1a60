import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { IllegalTransition, NotFound, Unavailable } from '#kernel/errors.ts';
import { toId } from '#kernel/ids.ts';
import { builder, graph } from '../builder.ts';
import { dayAt } from '../schedule/wall-time.ts';
import { lockStock, moveStock, OfficeStockOrder, requireStockMove, seenStock, stockEntry } from './office-stock-order.ts';
import { askAgain, requireStands } from './stock-gate.ts';
import { officeStockHandOff } from './stock-hand-off.ts';
import { askLots, isComplete, lotsOf } from './stock-lots.ts';

/** A lot that came, as the graph takes it. */
export const OfficeStockReceiptInput = builder.inputType('OfficeStockReceiptInput', {
  description: 'A lot that came.',
  fields: (t) => ({
    position: t.int({ required: true, description: 'The line it came for.' }),
    lotNumber: t.string({ required: true, description: 'The facility’s number, as on the label.' }),
    beyondUseDate: t.field({ type: 'Date', required: true, description: 'The last day on which it may be used, as on the label.' }),
    quantity: t.field({ type: graph.QuantityInput, required: true, description: 'How much came, in the unit that was ordered.' }),
  }),
});

const ReceiveOfficeStockInput = builder.inputType('ReceiveOfficeStockInput', {
  description: 'What came.',
  fields: (t) => ({
    officeStockOrderId: t.id({ required: true, description: 'The order.' }),
    receipts: t.field({ type: [OfficeStockReceiptInput], required: true, description: 'Every lot that came, 1 to 100.' }),
  }),
  validate: z.object({ receipts: z.array(z.unknown()).min(1, 'Nothing came.').max(100, 'At most a hundred lots.') }).loose(),
});

builder.mutationField('receiveOfficeStock', (t) =>
  t.field({
    type: OfficeStockOrder,
    description:
      'The clinic records which lots came on an accepted office stock order, parcel by parcel: never more of a line than was ordered, nothing that the facility takes back or has not released. Everything that was asked when it was placed is asked again. All of it here, it is received.',
    authScopes: { may: 'office-stock:order' },
    args: { input: t.arg({ type: ReceiveOfficeStockInput, required: true, description: 'What came.' }) },
    errors: {},
    resolve: async (_root, args, ctx, info) => {
      const { officeStockOrderId, receipts } = args.input;
      const own = { clinicId: { in: [...ctx.actor.places('office-stock:order')] } };
      const seen = await seenStock(ctx, officeStockOrderId, own);
      const [told, lots] = seen === null ? [null, null] : await Promise.all([askAgain(ctx, seen), askLots(ctx, seen, receipts)]);
      return ctx.write({ info, args, answer: 'officeStockOrder' }, async (tx) => {
        if (seen === null) throw new NotFound();
        const order = await lockStock(tx, ctx, officeStockOrderId, own);
        if (order.status === 'PARTLY_RECEIVED') requireStockMove(order, 'RECEIVED');
        else if (order.status !== 'ACCEPTED') throw new IllegalTransition(order.status, 'RECEIVED');
        if (lots === null) throw new Unavailable();
        const { clinic } = requireStands(seen, told, ctx.now());
        const lines = await tx.officeStockLine.findMany({
          where: { stockOrderId: order.id },
          include: { receipts: true },
          orderBy: { position: 'asc' },
        });
        const today = dayAt(ctx.now(), clinic.timeZone).toString();
        const { clinicId } = order;
        const came = lotsOf(receipts, lines, lots, today).map((lot) => ({
          ...{ id: ctx.newId(), stockOrderId: order.id, clinicId, pharmacyId: order.pharmacyId },
          ...{ receivedAt: ctx.now(), receivedBy: ctx.actor.sub, ...lot },
        }));
        await tx.officeStockReceipt.createMany({ data: came });
        const to = isComplete(lines, came) ? 'RECEIVED' : 'PARTLY_RECEIVED';
        const moved = to === order.status ? order : await moveStock(tx, ctx, order, to, null);
        for (const receipt of came) await ctx.handOff(tx, officeStockHandOff(receipt, lines));
        await audit(tx, ctx, {
          ...stockEntry(order, 'received'),
          detail: { lots: came.length, status: to, receiptIds: came.map(({ id }) => toId('officeStockReceipt', id)) },
        });
        return moved;
      });
    },
  }),
);
