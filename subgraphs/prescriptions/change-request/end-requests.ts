import type { Tx } from '../builder.ts';

/** Ends what is open about an order once its pharmacy has dispensed it or given it back. By the subgraph's own right, with that news. */
export async function endRequests(tx: Tx, orderId: string, at: Date): Promise<void> {
  await tx.changeRequest.updateMany({ where: { orderId, status: 'OPEN' }, data: { status: 'ENDED', statusSince: at } });
}
