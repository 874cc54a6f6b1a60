import { toId } from '#kernel/ids.ts';
import { builder, graph } from '../builder.ts';
import { OfficeStockReceipt } from '../office-stock/office-stock-receipt.ts';
import { Order } from '../order/order.ts';
import { Practitioner, practitionerOf } from '../references.ts';

/** Why something was thrown away. */
export const wastageReasons = {
  REMAINDER: { description: 'It was left over after a dose.' },
  NOT_GIVEN: { description: 'It was drawn up and not given.' },
  PAST_USE: { description: 'Its date, or the time since it was opened, had passed.' },
  CONTAMINATED: { description: 'It was contaminated, or may have been.' },
  DAMAGED: { description: 'Its container broke or leaked.' },
  TEMPERATURE: { description: 'It was too warm or too cold.' },
  RECALLED: { description: 'Its lot is taken back, and the pharmacy asked for it to be destroyed.' },
  OTHER: { description: 'Something else: `note` says what.' },
} as const;

export const WastageReasonEnum = builder.enumType('WastageReason', {
  description: 'Why something of a container was thrown away.',
  values: wastageReasons,
});

/** What was thrown away, from which container of which lot, by whom and before whom. */
export const Wastage = builder.prismaObject('Wastage', {
  description: 'Something of a container of a lot that was thrown away in the clinic.',
  authScopes: { may: 'chart:read' },
  fields: (t) => ({
    id: t.id({ resolve: (row) => toId('wastage', row.id), description: 'Id of the record.' }),
    receipt: t.relation('receipt', {
      type: OfficeStockReceipt,
      nullable: true,
      description: 'Of the clinic’s stock: the lot, as it came.',
    }),
    order: t.relation('order', { type: Order, nullable: true, description: 'Of a patient’s own order: that order.' }),
    parcelId: t.id({
      nullable: true,
      resolve: ({ parcelId }) => parcelId && toId('shipment', parcelId),
      description: 'Of a patient’s own order: the parcel it came in.',
    }),
    lotNumber: t.string({
      select: { parcelLot: true, receipt: { select: { lotNumber: true } } },
      resolve: ({ parcelLot, receipt }) => parcelLot ?? receipt?.lotNumber ?? '',
      description: 'The number of the lot, in capitals without blanks.',
    }),
    vial: t.exposeString('vial', { description: 'Which container of the lot, as the clinic marks it.' }),
    amount: t.field({
      type: graph.Quantity,
      resolve: (row) => ({ value: row.amountValue.toFixed(), unit: row.amountUnit }),
      description: 'How much.',
    }),
    reason: t.field({ type: WastageReasonEnum, resolve: (row) => row.reason as 'REMAINDER', description: 'Why.' }),
    note: t.exposeString('note', { nullable: true, description: 'Words about it.' }),
    controlled: t.exposeBoolean('controlled', { description: 'Whether anything in it is, or was, in a schedule anywhere.' }),
    wastedBy: t.field({
      type: Practitioner,
      nullable: true,
      resolve: (row) => practitionerOf(row.wastedBy),
      description: 'Who threw it away.',
    }),
    wastedAt: t.expose('wastedAt', { type: 'DateTime', description: 'When.' }),
    witness: t.field({
      type: Practitioner,
      nullable: true,
      resolve: (row) => practitionerOf(row.witnessId),
      description: 'Who saw it, as whoever threw it away said. Empty where nobody was named.',
    }),
    witnessedAt: t.expose('witnessedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the witness said so themselves (`confirmWastage`); empty until then.',
    }),
  }),
});

const mostShown = 100;

builder.prismaObjectFields(Order, (t) => ({
  wastages: t.field({
    type: [Wastage],
    nullable: true,
    authScopes: { may: 'chart:read' },
    select: { id: true },
    description: 'What of it was thrown away in the clinic, the latest first. At most 100.',
    resolve: ({ id }, _args, ctx) =>
      ctx.db.wastage.findMany({
        where: { orderId: id, clinicId: { in: [...ctx.actor.places('chart:read')] } },
        orderBy: [{ wastedAt: 'desc' }, { id: 'desc' }],
        take: mostShown,
      }),
  }),
}));

builder.prismaObjectFields(OfficeStockReceipt, (t) => ({
  wastages: t.field({
    type: [Wastage],
    nullable: true,
    authScopes: { may: 'chart:read' },
    select: { id: true },
    description: 'What of it was thrown away in the clinic, the latest first. At most 100; to the facility the list is empty.',
    resolve: ({ id }, _args, ctx) =>
      ctx.db.wastage.findMany({
        where: { receiptId: id, clinicId: { in: [...ctx.actor.places('chart:read')] } },
        orderBy: [{ wastedAt: 'desc' }, { id: 'desc' }],
        take: mostShown,
      }),
  }),
}));
