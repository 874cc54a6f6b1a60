import { toId, tryId } from '#kernel/ids.ts';
import { builder, type Ctx, graph } from '../builder.ts';
import { Fulfillment, visibleTo } from '../fulfillment/fulfillment.ts';

export const Dispense = builder.prismaObject('Dispense', {
  description: 'What was handed out on an order, and from which lot.',
  directives: { key: { fields: 'id' } },
  authScopes: { may: ['fulfillment:read', 'fulfillment:track'] },
  extensions: {
    apollo: {
      subgraph: {
        resolveReference: ({ id }: { id: string }, ctx: Ctx) => {
          const uuid = tryId('dispense', id);
          return uuid === null ? null : ctx.load('dispense', uuid, visibleTo(ctx));
        },
      },
    },
  },
  fields: (t) => ({
    id: t.id({ resolve: (row) => toId('dispense', row.id), description: 'Id of the dispense.' }),
    lot: t.relation('lot', { description: 'The lot it came from.' }),
    beyondUseDate: t.expose('beyondUseDate', { type: 'Date', description: 'The last day on which it may be used.' }),
    quantity: t.field({
      type: graph.Quantity,
      select: { quantityValue: true, quantityUnit: true },
      resolve: (row) => ({ value: row.quantityValue.toFixed(), unit: row.quantityUnit }),
      description: 'How much.',
    }),
    part: t.exposeInt('part', { description: 'Which part of the fill it is, from 1.' }),
    complete: t.exposeBoolean('complete', { description: 'Whether nothing of the fill follows it.' }),
    dispensedAt: t.expose('dispensedAt', { type: 'DateTime', description: 'When.' }),
    fulfillment: t.relation('fulfillment', { description: 'The fulfillment it belongs to.' }),
  }),
});

builder.prismaObjectFields(Fulfillment, (t) => ({
  dispenses: t.relation('dispenses', {
    type: Dispense,
    query: { orderBy: { part: 'asc' } },
    description: 'What was handed out on it, part by part.',
  }),
}));
