import DataLoader from 'dataloader';
import { fromId } from '#kernel/ids.ts';
import type { Prisma } from '#prisma/generated/pharmacies/client.ts';
import { builder, type Ctx } from '../builder.ts';
import { Order } from '../references.ts';
import { Fulfillment, visibleTo } from './fulfillment.ts';

type Row = Prisma.FulfillmentGetPayload<object>;

const loaders = new WeakMap<Ctx, DataLoader<string, Row | null>>();

/** The last sending of each order that the caller may see, for all orders of a request's tick at once. */
function lastFulfillments(ctx: Ctx): DataLoader<string, Row | null> {
  const known = loaders.get(ctx);
  if (known) return known;
  // Not kept between ticks: a mutation of the same request may have moved it.
  const loader = new DataLoader<string, Row | null>(
    async (orderIds) => {
      const rows = await ctx.db.fulfillment.findMany({
        where: { AND: [{ orderId: { in: [...orderIds] } }, visibleTo(ctx)] },
        orderBy: { attempt: 'asc' },
      });
      const last = new Map(rows.map((row) => [row.orderId, row]));
      return orderIds.map((id) => last.get(id) ?? null);
    },
    { cache: false },
  );
  loaders.set(ctx, loader);
  return loader;
}

builder.objectField(Order, 'fulfillment', (t) =>
  t.field({
    description: 'What the pharmacy did with it: the last sending. Empty for an order that was not sent, or not to the caller’s pharmacy.',
    type: Fulfillment,
    nullable: true,
    authScopes: { may: ['fulfillment:read', 'fulfillment:track'] },
    resolve: (order, _args, ctx) => lastFulfillments(ctx).load(fromId('order', order.id)),
  }),
);
