import type { Order } from '#prisma/generated/prescriptions/client.ts';
import type { Tx } from '../builder.ts';

/** Why a document that was signed counts no more. */
export type ListedReason = 'CANCELLED' | 'SUPERSEDED';

/** Puts a signed order's digest on the status list, with the move that ends it. A draft was never published, so it is not listed. */
export async function keepCancelled(
  tx: Tx,
  ctx: { now(): Date; newId(): string },
  order: Pick<Order, 'digest'>,
  reason: ListedReason = 'CANCELLED',
): Promise<void> {
  if (order.digest === null) return;
  await tx.cancelledDocument.create({ data: { id: ctx.newId(), digest: order.digest, at: ctx.now(), reason } });
}
