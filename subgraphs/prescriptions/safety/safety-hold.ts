import type { Order, SafetyHold } from '#prisma/generated/prescriptions/client.ts';
import { toId } from '#kernel/ids.ts';
import { builder, type Tx } from '../builder.ts';
import { ordersBefore } from '../order/change/orders-before.ts';
import { holdReasons } from './hold-reasons.ts';

/**
 * The holds in force on an order: its own, those on its patient as a whole, and what a person holds of any order whose place it takes: who amends
 * or renews an order has not released it. Holds of exams that were taken back stay with the orders that stand on those exams.
 */
export async function holdsOn(db: Tx, order: Pick<Order, 'id' | 'patientId' | 'priorOrderId'>): Promise<SafetyHold[]> {
  const before = await ordersBefore(db, order.priorOrderId);
  const carried = { orderId: { in: before }, reason: { in: [...holdReasons] } };
  return db.safetyHold.findMany({
    where: {
      patientId: order.patientId,
      liftedAt: null,
      OR: [{ orderId: order.id }, { orderId: null }, ...(before.length > 0 ? [carried] : [])],
    },
    orderBy: { placedAt: 'asc' },
  });
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
