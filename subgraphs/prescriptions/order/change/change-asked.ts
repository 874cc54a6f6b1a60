import type { Order } from '#prisma/generated/prescriptions/client.ts';
import type { Tx } from '../../builder.ts';

/** Whether the pharmacy that works on an order has asked for a change that is not denied. Nobody can ask yet. */
export async function changeAsked(_db: Tx, _order: Pick<Order, 'id' | 'attempt'>): Promise<boolean> {
  return false;
}
