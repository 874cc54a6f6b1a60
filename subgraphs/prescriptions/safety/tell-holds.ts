import type { Context, ServiceContext } from '#kernel/context.ts';
import { question } from '#kernel/context.ts';
import { toId } from '#kernel/ids.ts';
import type { Delivery } from '#kernel/subgraph.ts';
import type { Order } from '#prisma/generated/prescriptions/client.ts';
import type { Tx } from '../builder.ts';
import { holdsOn } from './safety-hold.ts';

/** Under which the outbox keeps what a pharmacy is told of holds. */
export const HOLDS_TOPIC = 'order-holds';

/**
 * Tells the pharmacies of these orders, and of all that follow them, what is held now: the whole of it, so that the last one told is what counts. In
 * the transaction that places or lifts a hold, after it did so. Those who sign or send an order of the patient wait, or have been waited for.
 */
export async function tellHolds(
  tx: Tx,
  ctx: Pick<Context<Tx>, 'newId' | 'now' | 'handOff'> | Pick<ServiceContext<Tx>, 'newId' | 'now' | 'handOff'>,
  patientId: string,
  orderIds: readonly string[],
): Promise<void> {
  // As `lockChart` does, last of all its locks.
  await tx.$executeRawUnsafe(`select pg_advisory_xact_lock(hashtextextended('orders of ' || $1, 0))`, patientId);
  for (const order of await withFollowing(tx, orderIds)) {
    if (order.sentAt === null) continue;
    const holds = await holdsOn(tx, order);
    const [told] = await tx.$queryRawUnsafe<{ seq: number }[]>(
      `insert into order_holds_told as t (order_id, clinic_id, seq) values ($1::uuid, $2::uuid, 1)
       on conflict (order_id) do update set seq = t.seq + 1 returning seq`,
      order.id,
      order.clinicId,
    );
    if (told === undefined) throw new Error('What is held cannot be told.');
    const payload = { holds: [...new Set(holds.map(({ reason }) => reason))] };
    await ctx.handOff(tx, { topic: HOLDS_TOPIC, key: order.id, seq: told.seq, attempt: Math.max(1, order.attempt), payload });
  }
}

/** The orders, and every one that takes the place of one of them, by id. */
async function withFollowing(tx: Tx, orderIds: readonly string[]): Promise<Order[]> {
  const found = await tx.$queryRawUnsafe<{ id: string }[]>(
    `with recursive line as (
       select id from "order" where id = any ($1::uuid[])
       union select o.id from "order" o join line on o.prior_order_id = line.id)
     select id::text from line`,
    [...orderIds],
  );
  return tx.order.findMany({ where: { id: { in: found.map(({ id }) => id) } }, orderBy: { id: 'asc' } });
}

const receiveOrderHolds = question<{ receiveOrderHolds: { outcome: string; status: string | null } }, { input: Record<string, unknown> }>(
  'service',
  'mutation ReceiveOrderHolds($input: ReceiveOrderHoldsInput!) { receiveOrderHolds(input: $input) { outcome status } }',
);

/** Delivers it to `pharmacies`. No answer is not delivered: it is tried again, and until then the pharmacy learns of it when it asks. */
export const deliverHolds: Delivery<Tx> = async (service, { key, seq, payload }) => {
  const told = await service.graph.ask(receiveOrderHolds, { input: { orderId: toId('order', key), seq, ...payload } });
  if (told === null) throw new Error('The pharmacies subgraph did not answer.');
  return async () => told.receiveOrderHolds;
};
