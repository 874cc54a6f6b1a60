import { PAGE_SIZE } from '#kernel/builder.ts';
import { toId, tryId } from '#kernel/ids.ts';
import type { OfficeStockSupply as SupplyRow, Prisma } from '#prisma/generated/pharmacies/client.ts';
import { builder, type Ctx } from '../builder.ts';
import { Recall, visibleTo as recallsVisibleTo } from '../recall/recall.ts';

/** A facility sees where its stock is, a clinic what came to it. */
function visibleTo(ctx: Pick<Ctx, 'actor'>): Prisma.OfficeStockSupplyWhereInput {
  const places = [...ctx.actor.places('recall:read')];
  return { OR: [{ pharmacyId: { in: places } }, { clinicId: { in: places } }] };
}

/** A lot in a clinic's stock, as its facility knows of it. `prescriptions` owns the receipt; whether it is recalled is said here. */
export const OfficeStockReceipt = builder.prismaObject('OfficeStockSupply', {
  name: 'OfficeStockReceipt',
  description: 'A lot that came for a line of office stock, and is in the clinic since.',
  directives: { key: { fields: 'id' } },
  authScopes: { may: 'recall:read' },
  extensions: {
    apollo: {
      subgraph: {
        resolveReference: ({ id }: { id: string }, ctx: Ctx) => {
          const stored = tryId('officeStockReceipt', id);
          return stored === null ? null : ctx.load<SupplyRow>('officeStockSupply', stored, visibleTo(ctx));
        },
      },
    },
  },
  fields: (t) => ({
    id: t.id({ resolve: (row) => toId('officeStockReceipt', row.id), description: 'Id of the receipt.' }),
    recalls: t.field({
      type: [Recall],
      nullable: true,
      resolve: (row, _args, ctx) =>
        ctx.db.recall.findMany({
          where: {
            AND: [
              recallsVisibleTo(ctx),
              { lots: { some: { lot: { pharmacyId: row.pharmacyId, normalizedNumber: row.normalizedNumber } } } },
            ],
          },
          orderBy: { id: 'asc' },
        }),
      description:
        'Recalls of its lot, the first first; an empty list is none. Null when the facility’s side has not heard of the receipt yet: unknown, not none.',
    }),
  }),
});

builder.prismaObjectFields(Recall, (t) => ({
  officeStock: t.prismaConnection(
    {
      type: OfficeStockReceipt,
      cursor: 'id',
      defaultSize: PAGE_SIZE.default,
      maxSize: PAGE_SIZE.max,
      description: 'Where its lots lie as office stock: the facility sees all of it, a clinic its own.',
      authScopes: { may: 'recall:read' },
      resolve: async (query, recall, _args, ctx) => {
        const lots = await ctx.db.lot.findMany({
          where: { recalls: { some: { recallId: recall.id } } },
          select: { pharmacyId: true, normalizedNumber: true },
        });
        return ctx.db.officeStockSupply.findMany({
          ...query,
          where: { AND: [visibleTo(ctx), { OR: lots.map((lot) => ({ ...lot })) }] },
          orderBy: { id: 'asc' },
        });
      },
    },
    { name: 'RecallOfficeStockConnection' },
    { name: 'RecallOfficeStockEdge' },
  ),
}));
