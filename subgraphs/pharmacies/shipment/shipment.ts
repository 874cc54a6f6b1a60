import { toId, tryId } from '#kernel/ids.ts';
import { builder, type Ctx } from '../builder.ts';
import { visibleTo } from '../fulfillment/fulfillment.ts';

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
    fulfillment: t.relation('fulfillment', { description: 'The fulfillment it belongs to.' }),
  }),
});
