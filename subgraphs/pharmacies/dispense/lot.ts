import { toId, tryId } from '#kernel/ids.ts';
import { builder, type Ctx, graph } from '../builder.ts';
import { visibleTo as fulfillmentsVisibleTo } from '../fulfillment/fulfillment.ts';

/** A pharmacy sees its lots; a clinic those its patients got something from, and those it was told are recalled. */
export function visibleTo(ctx: Ctx) {
  return {
    OR: [
      { pharmacyId: { in: [...ctx.actor.places('fulfillment:read')] } },
      { fulfillments: { some: fulfillmentsVisibleTo(ctx) } },
      { dispenses: { some: { fulfillment: fulfillmentsVisibleTo(ctx) } } },
      { recalls: { some: { recall: { notices: { some: { clinicId: { in: [...ctx.actor.places('recall:read')] } } } } } } },
    ],
  };
}

export const Lot = builder.prismaObject('Lot', {
  description: 'A batch that a pharmacy made.',
  directives: { key: { fields: 'id' } },
  authScopes: { may: ['fulfillment:read', 'fulfillment:track', 'recall:read'] },
  extensions: {
    apollo: {
      subgraph: {
        resolveReference: ({ id }: { id: string }, ctx: Ctx) => {
          const uuid = tryId('lot', id);
          return uuid === null ? null : ctx.load('lot', uuid, visibleTo(ctx));
        },
      },
    },
  },
  fields: (t) => ({
    id: t.id({ resolve: (row) => toId('lot', row.id), description: 'Id of the lot.' }),
    number: t.exposeString('number', { description: 'Its number as the pharmacy writes it.' }),
    compoundedAt: t.expose('compoundedAt', { type: 'DateTime', description: 'When it was made.' }),
    beyondUseDate: t.expose('beyondUseDate', { type: 'Date', description: 'The last day on which it may be used.' }),
    storage: t.field({ type: graph.Storage, resolve: (row) => row.storage as 'FROZEN', description: 'How it is kept.' }),
    recalled: t.boolean({
      select: { status: true },
      resolve: (row) => row.status === 'RECALLED',
      description: 'Whether the pharmacy takes it back.',
    }),
  }),
});
