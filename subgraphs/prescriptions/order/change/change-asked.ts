import type { Order } from '#prisma/generated/prescriptions/client.ts';
import type { Tx } from '../../builder.ts';

/** Whether the pharmacy that works on an order has asked for a change that is not denied. */
export async function changeAsked(db: Tx, { id, attempt }: Pick<Order, 'id' | 'attempt'>): Promise<boolean> {
  return (await db.changeRequest.count({ where: { orderId: id, attempt, status: { in: ['OPEN', 'APPROVED'] } } })) > 0;
}
