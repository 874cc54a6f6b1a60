import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { InvalidInput, type InputIssue } from '#kernel/errors.ts';
import { lotNumber, ucumProblem } from '#kernel/identifiers-product.ts';
import { builder, type Ctx, graph, type Tx } from '../builder.ts';
import { lockStock, moveStock, OfficeStockOrder, stockEntry } from './office-stock-order.ts';

const OfficeStockReceiptInput = builder.inputType('OfficeStockReceiptInput', {
  description: 'A lot that came.',
  fields: (t) => ({
    position: t.int({ required: true, description: 'The line it came for.' }),
    lotNumber: t.string({ required: true, description: 'The facility’s number, as on the label.' }),
    beyondUseDate: t.field({ type: 'Date', required: true, description: 'The last day on which it may be used, as on the label.' }),
    quantity: t.field({ type: graph.QuantityInput, required: true, description: 'How much came.' }),
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

type Receipt = typeof OfficeStockReceiptInput.$inferInput;

builder.mutationField('receiveOfficeStock', (t) =>
  t.field({
    type: OfficeStockOrder,
    description:
      'The clinic records which lots came on an accepted office stock order. It is received once: what is missing is ordered again.',
    authScopes: { may: 'office-stock:order' },
    args: { input: t.arg({ type: ReceiveOfficeStockInput, required: true, description: 'What came.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'officeStockOrder' }, async (tx) => {
        const own = { clinicId: { in: [...ctx.actor.places('office-stock:order')] } };
        const order = await lockStock(tx, ctx, args.input.officeStockOrderId, own);
        const lots = await lotsOf(tx, ctx, order.id, args.input.receipts);
        const moved = await moveStock(tx, ctx, order, 'RECEIVED', null);
        const { clinicId, pharmacyId } = order;
        await tx.officeStockReceipt.createMany({
          data: lots.map((lot) => ({
            ...{ id: ctx.newId(), stockOrderId: order.id, clinicId, pharmacyId, receivedAt: ctx.now(), receivedBy: ctx.actor.sub },
            ...lot,
          })),
        });
        await audit(tx, ctx, { ...stockEntry(order, 'received'), detail: { lots: lots.length } });
        return moved;
      }),
  }),
);

async function lotsOf(tx: Tx, ctx: Ctx, stockOrderId: string, receipts: readonly Receipt[]) {
  const lines = new Set((await tx.officeStockLine.findMany({ where: { stockOrderId } })).map(({ position }) => position));
  const issues: InputIssue[] = [];
  const seen = new Set<string>();
  const lots = receipts.map(({ position, lotNumber: text, beyondUseDate, quantity }, index) => {
    const wrong = (field: string, message: string) => issues.push({ path: `input.receipts.${index}.${field}`, message });
    const number = lotNumber(text);
    if (!lines.has(position)) wrong('position', 'The order has no such line.');
    if (number === null) wrong('lotNumber', 'That is no lot number.');
    else if (seen.has(`${position} ${number}`)) wrong('lotNumber', 'The lot is given twice for this line.');
    seen.add(`${position} ${number}`);
    if (String(beyondUseDate) < ctx.now().toISOString().slice(0, 10))
      wrong('beyondUseDate', 'Its beyond-use date is past: do not take it.');
    const problem = ucumProblem(quantity.unit);
    if (problem !== null) wrong('quantity.unit', `A unit ${problem}.`);
    return {
      position,
      lotNumber: number ?? '',
      beyondUseOn: new Date(`${String(beyondUseDate)}T00:00:00Z`),
      quantityValue: quantity.value,
      quantityUnit: quantity.unit,
    };
  });
  if (issues.length > 0) throw new InvalidInput(issues);
  return lots;
}
