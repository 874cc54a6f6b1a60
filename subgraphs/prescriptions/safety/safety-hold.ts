import DataLoader from 'dataloader';
import type { Order, SafetyHold } from '#prisma/generated/prescriptions/client.ts';
import { toId } from '#kernel/ids.ts';
import { builder, type Ctx, type Tx } from '../builder.ts';
import { ordersBeforeEach } from '../order/change/orders-before.ts';
import { isLiftable } from './hold-reasons.ts';

type Held = Pick<Order, 'id' | 'patientId' | 'priorOrderId'>;

/**
 * The holds in force on an order: its own, those on its patient as a whole, and what a person holds of any order whose place it takes: who amends
 * or renews an order has not released it. Holds of exams that were taken back stay with the orders that stand on those exams.
 */
export async function holdsOn(db: Tx, order: Held): Promise<SafetyHold[]> {
  return (await holdsOnEach(db, [order]))[0] ?? [];
}

/** The same for several orders, in as many statements as for one, and in their order. */
export async function holdsOnEach(db: Tx, orders: readonly Held[]): Promise<SafetyHold[][]> {
  const before = await ordersBeforeEach(db, orders);
  const orderIds = [...new Set([...orders.map(({ id }) => id), ...[...before.values()].flat()])];
  const found = await db.safetyHold.findMany({
    where: {
      patientId: { in: [...new Set(orders.map(({ patientId }) => patientId))] },
      liftedAt: null,
      OR: [{ orderId: { in: orderIds } }, { orderId: null }],
    },
    orderBy: { placedAt: 'asc' },
  });
  return orders.map(({ id, patientId }) =>
    found.filter((hold) => {
      if (hold.patientId !== patientId) return false;
      const isCarried = hold.orderId !== null && isLiftable(hold.reason) && (before.get(id) ?? []).includes(hold.orderId);
      return hold.orderId === null || hold.orderId === id || isCarried;
    }),
  );
}

const loaders = new WeakMap<Ctx, DataLoader<Held, SafetyHold[]>>();

/** The holds of each order that a request shows, for all of its tick at once. Not kept between ticks: a mutation may have placed one. */
export function holdsShownOn(ctx: Ctx, order: Held): Promise<SafetyHold[]> {
  const loader = loaders.get(ctx) ?? new DataLoader<Held, SafetyHold[]>((orders) => holdsOnEach(ctx.db, orders), { cache: false });
  loaders.set(ctx, loader);
  return loader.load(order);
}

/** A reason not to go on. */
export const SafetyHoldType = builder.prismaObject('SafetyHold', {
  description: 'A reason not to go on with an order, or with anything for its patient.',
  authScopes: { may: ['order:read', 'order:verify'] },
  fields: (t) => ({
    id: t.id({ resolve: (hold) => toId('safetyHold', hold.id), description: 'Id of the hold.' }),
    reason: t.exposeString('reason', { description: 'Its reason, as a code.' }),
    placedAt: t.expose('placedAt', { type: 'DateTime', description: 'Since when.' }),
    liftedAt: t.expose('liftedAt', { type: 'DateTime', nullable: true, description: 'Until when; null while it stands.' }),
  }),
});
