import type { Order } from '#prisma/generated/prescriptions/client.ts';
import type { Tx } from '../builder.ts';

/** Puts a signed order's digest on the status list, with the move that cancels it. A draft was never published, so it is not listed. */
export async function keepCancelled(tx: Tx, ctx: { now(): Date; newId(): string }, order: Pick<Order, 'digest'>): Promise<void> {
  if (order.digest === null) return;
  await tx.cancelledDocument.create({ data: { id: ctx.newId(), digest: order.digest, at: ctx.now() } });
}
