import { Forbidden } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { builder, type Ctx, graph, type Tx } from '../builder.ts';
import { storedDay } from '../calendar-day.ts';
import { noticeClinics } from '../recall/notify-clinics.ts';
import { HandOffAnswer, type HandOffReply } from '../hand-off/hand-off-answer.ts';

const Input = builder.inputType('ReceiveOfficeStockHandOffInput', {
  description: 'That a lot has come to a clinic as office stock.',
  fields: (t) => ({
    receiptId: t.id({ required: true, description: 'The receipt; telling of it again changes nothing.' }),
    pharmacyId: t.id({ required: true, description: 'The outsourcing facility that made it.' }),
    clinicId: t.id({ required: true, description: 'Where it is.' }),
    formularyItemId: t.id({ required: true, description: 'What it is.' }),
    lotNumber: t.string({ required: true, description: 'The facility’s number, in capitals without blanks.' }),
    beyondUseDate: t.field({ type: 'Date', required: true, description: 'The last day on which it may be used.' }),
    quantity: t.field({ type: graph.QuantityInput, required: true, description: 'How much came.' }),
    receivedAt: t.field({ type: 'DateTime', required: true, description: 'When it was recorded.' }),
  }),
});

/** Keeps where a lot is. If its recall has begun, the clinic is told of it now. */
async function keepSupply(tx: Tx, ctx: Ctx, input: typeof Input.$inferInput): Promise<HandOffReply & { id: string }> {
  const [id, pharmacyId, clinicId] = [
    fromId('officeStockReceipt', input.receiptId),
    fromId('pharmacy', input.pharmacyId),
    fromId('clinic', input.clinicId),
  ];
  const number = input.lotNumber;
  // A recall locks its lots before it looks where they are: either it finds this one, or this finds the lot recalled.
  const [lot] = await tx.$queryRawUnsafe<{ id: string; status: string }[]>(
    'select id::text, status from lot where pharmacy_id = $1::uuid and normalized_number = $2 for share',
    pharmacyId,
    number,
  );
  const { count } = await tx.officeStockSupply.createMany({
    data: [
      {
        ...{ id, pharmacyId, clinicId, formularyItemId: fromId('formularyItem', input.formularyItemId), normalizedNumber: number },
        ...{ beyondUseDate: storedDay(String(input.beyondUseDate)), receivedAt: input.receivedAt },
        ...{ quantityValue: input.quantity.value, quantityUnit: input.quantity.unit },
      },
    ],
    skipDuplicates: true,
  });
  if (count > 0 && lot?.status === 'RECALLED') await noticeOf(tx, ctx, { lotId: lot.id, clinicId });
  return { id, outcome: count === 0 ? 'IGNORED' : 'APPLIED', status: lot?.status ?? null };
}

async function noticeOf(tx: Tx, ctx: Ctx, { lotId, clinicId }: { readonly lotId: string; readonly clinicId: string }) {
  const recalls = await tx.recall.findMany({
    where: { status: 'OPEN', lots: { some: { lotId } }, notices: { none: { clinicId } } },
    orderBy: { id: 'asc' },
  });
  for (const recall of recalls) await noticeClinics(tx, ctx, recall, [clinicId]);
}

builder.mutationField('receiveOfficeStockHandOff', (t) =>
  t.field({
    description:
      'For the prescriptions subgraph alone: tells that a lot has come to a clinic as office stock. Repeating it changes nothing.',
    type: HandOffAnswer,
    authScopes: { may: 'hand-off:receive' },
    args: { input: t.arg({ type: Input, required: true, description: 'The receipt.' }) },
    resolve: (_root, args, ctx, info) => {
      if (ctx.actor.service !== 'prescriptions') throw new Forbidden();
      return ctx.write({ info, args, answer: 'officeStockSupply' }, (tx) => keepSupply(tx, ctx, args.input));
    },
  }),
);
