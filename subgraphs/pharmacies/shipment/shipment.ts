import { toId, tryId } from '#kernel/ids.ts';
import { builder, type Ctx } from '../builder.ts';
import './excursion.ts';
import { Fulfillment, visibleTo } from '../fulfillment/fulfillment.ts';
import { type ShipmentStatus, shipmentStatuses } from './followed.ts';

const ShipmentStatusEnum = builder.enumType('ShipmentStatus', {
  description: 'Where a parcel stands. What is LOST or SPOILED can be sent again.',
  values: shipmentStatuses,
});

export const Shipment = builder.prismaObject('Shipment', {
  description: 'A parcel on its way to the patient.',
  directives: { key: { fields: 'id' } },
  authScopes: { may: ['fulfillment:read', 'fulfillment:track'] },
  extensions: {
    apollo: {
      subgraph: {
        resolveReference: ({ id }: { id: string }, ctx: Ctx) => {
          const uuid = tryId('shipment', id);
          return uuid === null ? null : ctx.load('shipment', uuid, visibleTo(ctx));
        },
      },
    },
  },
  fields: (t) => ({
    id: t.id({ resolve: (row) => toId('shipment', row.id), description: 'Id of the shipment.' }),
    carrier: t.exposeString('carrier', { description: 'Who carries it.' }),
    trackingNumber: t.exposeString('trackingNumber', { description: 'The carrier’s number for it.' }),
    coldChain: t.exposeBoolean('coldChain', { description: 'Whether it travels cold.' }),
    shippedAt: t.expose('shippedAt', { type: 'DateTime', description: 'When it left.' }),
    status: t.field({ type: ShipmentStatusEnum, resolve: (row) => row.status as ShipmentStatus, description: 'Where it stands.' }),
    endedAt: t.expose('endedAt', { type: 'DateTime', nullable: true, description: 'When it arrived, was given up or was found spoiled.' }),
    parcel: t.exposeInt('parcel', {
      description: 'Which parcel of the fulfillment it is, from 1: a later one replaces what was lost or spoiled.',
    }),
    replacementLot: t.relation('lot', {
      nullable: true,
      description: 'Of a replacement: the lot it was filled from. Empty: what was dispensed.',
    }),
    mayBeUsed: t.boolean({
      select: { status: true, excursions: { select: { decision: true } } },
      resolve: ({ status, excursions }) =>
        (status === 'IN_TRANSIT' || status === 'DELIVERED') && excursions.every(({ decision }) => decision === 'USE'),
      description:
        'False while it was too warm or too cold and no pharmacist has said that it may be used, and of what is lost or spoiled.',
    }),
    excursions: t.relation('excursions', {
      query: { orderBy: [{ recordedAt: 'asc' }, { id: 'asc' }] },
      description: 'When it was too warm or too cold, oldest first.',
    }),
    fulfillment: t.relation('fulfillment', { description: 'The fulfillment it belongs to.' }),
  }),
});

builder.prismaObjectField(Fulfillment, 'shipments', (t) =>
  t.relation('shipments', { query: { orderBy: { parcel: 'asc' } }, description: 'Its parcels, the first one first.' }),
);
