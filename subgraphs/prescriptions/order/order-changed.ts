import type { HandOff } from '#kernel/outbox.ts';
import { toId } from '#kernel/ids.ts';
import type { Delivery } from '#kernel/subgraph.ts';
import type { Order } from '#prisma/generated/prescriptions/client.ts';
import type { Tx } from '../builder.ts';

/** Under which the outbox keeps what became of an order after it was signed. */
export const ORDER_CHANGED_TOPIC = 'order-changed';

/** What is told. */
export type OrderChange = 'AMENDED' | 'SUPERSEDED' | 'REFILLED' | 'HELD' | 'RELEASED' | 'EXPIRED' | 'CANCELLED';

interface Teller {
  now(): Date;
  newId(): string;
  handOff(tx: Tx, handOff: HandOff): Promise<void>;
}

/** Tells whoever listens of a change, with the change itself: by ids and a code alone. */
export async function tellChange(
  tx: Tx,
  ctx: Teller,
  { id, clinicId }: Pick<Order, 'id' | 'clinicId'>,
  change: OrderChange,
): Promise<void> {
  const payload = { change, orderId: toId('order', id), clinicId: toId('clinic', clinicId), at: ctx.now().toISOString() };
  await ctx.handOff(tx, { topic: ORDER_CHANGED_TOPIC, key: ctx.newId(), seq: 1, attempt: 1, payload });
}

/** There is no receiver elsewhere that could refuse it. */
export const deliverOrderChanged: Delivery<Tx> =
  async (service, { key }) =>
  async (tx) => {
    await service.notify(tx, ORDER_CHANGED_TOPIC, key);
    return null;
  };
