import type { Tx } from '../builder.ts';

/** An order's counters: what came in last, which sending it was, and how many hand-offs went out. */
export interface Head {
  readonly lastSeq: number;
  readonly lastAttempt: number;
  readonly outSeq: number;
  /** Reasons of what the clinic holds it for, as last told. */
  readonly holds: readonly string[];
  readonly holdSeq: number;
}

/**
 * Makes the head of an order if it has none and locks it until the transaction ends. Every change of a fulfillment takes
 * this lock first, so that hand-offs and the pharmacy's own steps come one after the other.
 */
export async function lockHead(tx: Tx, orderId: string): Promise<Head> {
  await tx.$executeRawUnsafe('insert into hand_off_head (order_id) values ($1::uuid) on conflict do nothing', orderId);
  const [head] = await tx.$queryRawUnsafe<Head[]>(
    `select last_seq as "lastSeq", last_attempt as "lastAttempt", out_seq as "outSeq", holds, hold_seq as "holdSeq"
     from hand_off_head where order_id = $1::uuid for update`,
    orderId,
  );
  if (!head) throw new Error('The head of the order cannot be locked.');
  return head;
}

/** An order as its clinic told of it before the lock, with what it has told since: under the lock, what is held is held. */
export function heldToo<Standing extends { readonly holds: readonly string[] }>(
  order: Standing | null,
  { holds }: Pick<Head, 'holds'>,
): Standing | null {
  return order === null ? null : { ...order, holds: [...new Set([...order.holds, ...holds])] };
}
