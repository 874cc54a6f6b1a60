import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { IllegalTransition, InvalidInput } from '#kernel/errors.ts';
import { lotNumber } from '#kernel/identifiers-product.ts';
import { toId } from '#kernel/ids.ts';
import { builder, graph, type Tx } from '../builder.ts';
import { ClaimRequired } from '../claim/claim-refusals.ts';
import { lockOwn, requireSecret } from '../claim/held-order.ts';
import { partsOf } from './parts.ts';

const Input = builder.inputType('PrepareFillInput', {
  description: 'A fill that was put together.',
  fields: (t) => ({
    orderId: t.id({ required: true, description: 'Id of the order.' }),
    secret: t.string({ required: true, description: 'The secret of the claim.' }),
    lotNumber: t.string({ required: true, description: 'The released lot it was taken from. Case and blanks do not matter.' }),
    quantity: t.field({ type: graph.QuantityInput, required: true, description: 'How much.' }),
  }),
  validate: z.object({ lotNumber: z.string().refine((text) => lotNumber(text) !== null, 'This is not a lot number.') }).loose(),
});

const FillPreparation = builder.prismaObject('FillPreparation', {
  description: 'A fill put together, waiting for the check of another person, who hands it out.',
  authScopes: { may: 'fulfillment:read' },
  fields: (t) => ({
    id: t.id({ resolve: (row) => toId('fillPreparation', row.id), description: 'Id of the record.' }),
    part: t.exposeInt('part', { description: 'Which part of the fill it is to be, from 1.' }),
    lot: t.relation('lot', { description: 'The lot it was taken from.' }),
    preparedAt: t.expose('preparedAt', { type: 'DateTime', description: 'When.' }),
  }),
});

async function releasedLot(tx: Tx, pharmacyId: string, formularyItemId: string, number: string) {
  const normalizedNumber = lotNumber(number) ?? '';
  const lot = await tx.lot.findUnique({ where: { pharmacyId_normalizedNumber: { pharmacyId, normalizedNumber } } });
  const refuse = (message: string) => new InvalidInput([{ path: 'input.lotNumber', message }]);
  if (!lot) throw refuse(`No lot ${number.trim()} is on record.`);
  if (lot.formularyItemId !== formularyItemId) throw refuse(`Lot ${lot.number} was recorded for another item.`);
  if (lot.status !== 'RELEASED') throw refuse(`Lot ${lot.number} is ${lot.status}.`);
  return lot;
}

builder.mutationField('prepareFill', (t) =>
  t.field({
    type: FillPreparation,
    description:
      'Records who put a fill together and from which lot. `recordDispense` is then the final check: another person’s, and of the same lot.',
    authScopes: { may: 'fill:prepare' },
    args: { input: t.arg({ type: Input, required: true, description: 'The fill.' }) },
    errors: { types: [ClaimRequired] },
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'fillPreparation' }, async (tx) => {
        const { orderId, secret, quantity } = args.input;
        const { row } = await lockOwn(tx, ctx, orderId, 'fill:prepare');
        requireSecret(ctx, row, secret);
        const { next, closed } = await partsOf(tx, row);
        if (closed || !['CLAIMED', 'DISPENSED', 'SHIPPED'].includes(row.status)) throw new IllegalTransition(row.status, 'PREPARED');
        const lot = await releasedLot(tx, row.pharmacyId, row.formularyItemId, args.input.lotNumber);
        const made = await tx.fillPreparation.create({
          data: {
            ...{ id: ctx.newId(), fulfillmentId: row.id, part: next, pharmacyId: row.pharmacyId, lotId: lot.id },
            ...{ quantityValue: quantity.value, quantityUnit: quantity.unit, preparedBy: ctx.actor.sub, preparedAt: ctx.now() },
          },
        });
        await audit(tx, ctx, {
          ...{ action: 'fill.prepared', tenantId: row.pharmacyId, subjectKind: 'fillPreparation', subjectId: made.id },
          ...{ patientId: row.patientId, detail: { orderId: row.orderId, lotId: lot.id, part: next } },
        });
        return made;
      }),
  }),
);
