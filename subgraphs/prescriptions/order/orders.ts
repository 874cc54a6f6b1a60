import type { Order as OrderRow } from '#prisma/generated/prescriptions/client.ts';
import { InvalidInput, NotFound } from '#kernel/errors.ts';
import { fromId, fromIds } from '#kernel/ids.ts';
import { builder } from '../builder.ts';
import { shownIn } from './expiry/last-day.ts';
import { OrderStatusEnum } from './order-types.ts';
import { Order } from './order.ts';
import { orderVisibleTo } from './visible-to.ts';

const HOUR_MS = 3_600_000;

builder.queryField('order', (t) =>
  t.field({
    type: Order,
    nullable: true,
    description: 'One order: of the caller’s clinics, or sent to the caller’s pharmacy.',
    authScopes: { may: ['order:read', 'order:verify'] },
    args: { id: t.arg.id({ required: true, description: 'Id of the order.' }) },
    resolve: async (_root, { id }, ctx) => {
      const order = await ctx.load<OrderRow>('order', fromId('order', id), orderVisibleTo(ctx));
      if (order === null) throw new NotFound();
      return order;
    },
  }),
);

/** The most orders that are told of at once. */
const MOST_AT_ONCE = 100;

builder.queryField('ordersById', (t) =>
  t.field({
    type: [Order],
    description: 'Several orders at once, at most 100: of the caller’s clinics, or sent to the caller’s pharmacy. Others are left out.',
    authScopes: { may: ['order:read', 'order:verify'] },
    args: { ids: t.arg.idList({ required: true, description: 'Ids of the orders.' }) },
    resolve: (_root, { ids }, ctx) => {
      if (ids.length > MOST_AT_ONCE) throw new InvalidInput([{ path: 'ids', message: `has at most ${MOST_AT_ONCE} ids` }]);
      const wanted = fromIds('order', ids, 'ids');
      return ctx.db.order.findMany({ where: { AND: [orderVisibleTo(ctx), { id: { in: wanted } }] }, orderBy: { id: 'asc' } });
    },
  }),
);

/** The first moment of the year 10000, which no row has. */
const END_OF_TIME = Date.UTC(10_000, 0);

/** Whether a cursor, which anybody may write, names a place in the list of this clinic. */
function isPlaceAt(clinic: string, place: { clinicId: unknown; statusSince: unknown } | undefined): boolean {
  const since = place?.statusSince;
  return place?.clinicId === clinic && since instanceof Date && Math.abs(since.getTime()) < END_OF_TIME;
}

builder.queryField('orders', (t) =>
  t.prismaConnection(
    {
      type: 'Order',
      // An order that moves on takes another place: the cursor has the one it stood at.
      cursor: 'clinicId_statusSince_id',
      description: 'A clinic’s orders by status, the longest waiting first.',
      authScopes: { may: 'order:read' },
      args: {
        clinicId: t.arg.id({ required: true, description: 'The clinic.' }),
        status: t.arg({ type: [OrderStatusEnum], description: 'Only orders in these statuses.' }),
        olderThanHours: t.arg.int({ description: 'Only those in their status for longer than so many hours.' }),
      },
      resolve: (query, _root, { clinicId, status, olderThanHours, ...page }, ctx) => {
        const clinic = fromId('clinic', clinicId);
        if (query.cursor !== undefined && !isPlaceAt(clinic, query.cursor.clinicId_statusSince_id))
          throw new InvalidInput([{ path: page.after == null ? 'before' : 'after', message: 'is not a cursor of this list' }]);
        return ctx.db.order.findMany({
          ...query,
          where: {
            AND: [
              orderVisibleTo(ctx),
              { clinicId: clinic },
              shownIn(
                status ?? null,
                olderThanHours == null ? null : new Date(ctx.now().getTime() - olderThanHours * HOUR_MS),
                ctx.now(),
                ctx.db.order.fields.refills,
              ),
            ],
          },
          orderBy: [{ statusSince: 'asc' }, { id: 'asc' }],
        });
      },
    },
    { name: 'OrderConnection' },
    { name: 'OrderEdge' },
  ),
);
