import { PAGE_SIZE } from '#kernel/builder.ts';
import { toId } from '#kernel/ids.ts';
import { builder, graph } from '../builder.ts';
import { OfficeStockReceipt } from '../office-stock/office-stock-receipt.ts';
import { Order } from '../order/order.ts';
import { Patient } from '../patient/patient.ts';
import { Practitioner, practitionerOf } from '../references.ts';

export const VialKindEnum = builder.enumType('VialKind', {
  description: 'What a preparation is given from: it says how long it may be used once opened.',
  values: {
    SINGLE_DOSE: { description: 'A container for one dose.' },
    MULTIPLE_DOSE: { description: 'A container that is punctured more than once.' },
  } as const,
});

/** What was given, from which container of which lot. */
export const Administration = builder.prismaObject('Administration', {
  description: 'Something given to a patient in the clinic, from one container of one lot: of its stock, or of the patient’s own order.',
  authScopes: { may: 'chart:read' },
  fields: (t) => ({
    id: t.id({ resolve: (row) => toId('administration', row.id), description: 'Id of the record.' }),
    receipt: t.relation('receipt', {
      type: OfficeStockReceipt,
      nullable: true,
      description: 'Of the clinic’s stock: the lot, as it came to the clinic. Empty of the patient’s own order.',
    }),
    order: t.relation('order', { type: Order, nullable: true, description: 'Of the patient’s own order: that order.' }),
    parcelId: t.id({
      nullable: true,
      resolve: ({ parcelId }) => parcelId && toId('shipment', parcelId),
      description: 'Of the patient’s own order: the parcel it came in.',
    }),
    lotNumber: t.string({
      select: { parcelLot: true, receipt: { select: { lotNumber: true } } },
      resolve: ({ parcelLot, receipt }) => parcelLot ?? receipt?.lotNumber ?? '',
      description: 'The number of the lot, in capitals without blanks.',
    }),
    patient: t.relation('patient', { type: Patient, description: 'Whom it was given to.' }),
    vial: t.exposeString('vial', { description: 'Which container of the lot, as the clinic marks it.' }),
    containerHolds: t.field({
      type: graph.Quantity,
      nullable: true,
      resolve: ({ holdsValue: value, holdsUnit: unit }) => (value === null || unit === null ? null : { value: value.toFixed(), unit }),
      description: 'What the container holds when it is full. Empty where it was recorded before this was asked.',
    }),
    openedAt: t.expose('openedAt', { type: 'DateTime', description: 'When the container was first opened.' }),
    amount: t.field({
      type: graph.Quantity,
      resolve: (row) => ({ value: row.amountValue.toFixed(), unit: row.amountUnit }),
      description: 'How much was given.',
    }),
    site: t.exposeString('site', { nullable: true, description: 'Where on the body.' }),
    administeredBy: t.field({
      type: Practitioner,
      nullable: true,
      resolve: (row) => practitionerOf(row.administeredBy),
      description: 'Who gave it.',
    }),
    administeredAt: t.expose('administeredAt', { type: 'DateTime', description: 'When it was given.' }),
  }),
});

const mostShown = 100;

builder.objectField(Patient, 'administrations', (t) =>
  t.field({
    type: [Administration],
    nullable: true,
    authScopes: { may: 'chart:read' },
    description: 'What the patient was given in the clinic, the latest first. At most 100.',
    resolve: (patient, _args, ctx) =>
      ctx.db.administration.findMany({
        where: { patientId: patient.id, clinicId: { in: [...ctx.actor.places('chart:read')] } },
        orderBy: [{ administeredAt: 'desc' }, { id: 'desc' }],
        take: mostShown,
      }),
  }),
);

builder.prismaObjectFields(Order, (t) => ({
  administrations: t.field({
    type: [Administration],
    nullable: true,
    authScopes: { may: 'chart:read' },
    select: { id: true },
    description: 'What of it was given in the clinic, the latest first. At most 100.',
    resolve: ({ id }, _args, ctx) =>
      ctx.db.administration.findMany({
        where: { orderId: id, clinicId: { in: [...ctx.actor.places('chart:read')] } },
        orderBy: [{ administeredAt: 'desc' }, { id: 'desc' }],
        take: mostShown,
      }),
  }),
}));

builder.prismaObjectField(OfficeStockReceipt, 'administrations', (t) =>
  t.prismaConnection(
    {
      type: Administration,
      cursor: 'id',
      nullable: true,
      defaultSize: PAGE_SIZE.default,
      maxSize: PAGE_SIZE.max,
      authScopes: { may: 'chart:read' },
      description:
        'Who got something from it and from which container, the latest first: whom a recall of the lot reaches. To the facility the list is empty.',
      resolve: (query, receipt, _args, ctx) =>
        ctx.db.administration.findMany({
          ...query,
          where: { receiptId: receipt.id, clinicId: { in: [...ctx.actor.places('chart:read')] } },
          orderBy: [{ administeredAt: 'desc' }, { id: 'desc' }],
        }),
    },
    { name: 'ReceiptAdministrationConnection' },
    { name: 'ReceiptAdministrationEdge' },
  ),
);
