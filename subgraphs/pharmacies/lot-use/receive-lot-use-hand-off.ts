import { Forbidden, NotFound } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { builder, graph, type Tx } from '../builder.ts';
import { HandOffAnswer, type HandOffReply } from '../hand-off/hand-off-answer.ts';

const LotUseKind = builder.enumType('LotUseKind', {
  description: 'What became of a part of a lot in a clinic.',
  values: {
    GIVEN: { description: 'It was given to a patient.' },
    WASTED: { description: 'It was thrown away.' },
  } as const,
});

const Input = builder.inputType('ReceiveLotUseHandOffInput', {
  description: 'That something of a lot was used in a clinic: how much, and never to whom it was given.',
  fields: (t) => ({
    useId: t.id({ required: true, description: 'The record of it; telling of it again changes nothing.' }),
    kind: t.field({ type: LotUseKind, required: true, description: 'What became of it.' }),
    clinicId: t.id({ required: true, description: 'Where.' }),
    pharmacyId: t.id({ description: 'Of office stock: who made it.' }),
    receiptId: t.id({ description: 'Of office stock: what came.' }),
    shipmentId: t.id({ description: 'Of a patient’s own order: the parcel.' }),
    lotNumber: t.string({ required: true, description: 'The lot, in capitals without blanks.' }),
    quantity: t.field({ type: graph.QuantityInput, required: true, description: 'How much, in the unit it came in.' }),
    at: t.field({ type: 'DateTime', required: true, description: 'When.' }),
  }),
});

type Told = typeof Input.$inferInput;

const idOf = ({ kind, useId }: Told) => fromId(kind === 'GIVEN' ? 'administration' : 'wastage', useId);

/** Whose lot it is: the facility of the stock, or the pharmacy whose parcel it is. */
async function makerOf(tx: Tx, { pharmacyId, receiptId, shipmentId, clinicId }: Told): Promise<string> {
  if (receiptId != null && pharmacyId != null) return fromId('pharmacy', pharmacyId);
  const parcel = await tx.shipment.findFirst({
    where: { id: fromId('shipment', shipmentId ?? ''), clinicId: fromId('clinic', clinicId) },
    select: { pharmacyId: true },
  });
  if (parcel === null) throw new NotFound();
  return parcel.pharmacyId;
}

async function keepUse(tx: Tx, input: Told): Promise<HandOffReply & { id: string }> {
  const id = idOf(input);
  const { kind, receiptId, shipmentId, lotNumber: normalizedNumber, quantity, at } = input;
  const { count } = await tx.lotUse.createMany({
    data: [
      {
        ...{ id, pharmacyId: await makerOf(tx, input), clinicId: fromId('clinic', input.clinicId), normalizedNumber, kind, at },
        receiptId: receiptId == null ? null : fromId('officeStockReceipt', receiptId),
        shipmentId: receiptId != null || shipmentId == null ? null : fromId('shipment', shipmentId),
        ...{ quantityValue: quantity.value, quantityUnit: quantity.unit },
      },
    ],
    skipDuplicates: true,
  });
  return { id, outcome: count === 0 ? 'IGNORED' : 'APPLIED', status: null };
}

builder.mutationField('receiveLotUseHandOff', (t) =>
  t.field({
    description:
      'For the prescriptions subgraph alone: tells that something of a lot was given or thrown away in a clinic, so that a recall of it counts it. Repeating it changes nothing.',
    type: HandOffAnswer,
    authScopes: { may: 'hand-off:receive' },
    args: { input: t.arg({ type: Input, required: true, description: 'What was used.' }) },
    resolve: (_root, args, ctx, info) => {
      if (ctx.actor.service !== 'prescriptions') throw new Forbidden();
      return ctx.write({ info, args, answer: 'lotUse' }, (tx) => keepUse(tx, args.input));
    },
  }),
);
