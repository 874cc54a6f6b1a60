import type { Tx } from '../../builder.ts';

/** The orders whose place one takes, from the latest to the first: rows never change which order they follow, so the line ends. */
export async function ordersBefore(db: Tx, priorOrderId: string | null): Promise<string[]> {
  if (priorOrderId === null) return [];
  const line = await db.$queryRawUnsafe<{ id: string }[]>(
    `with recursive line as (
       select id, prior_order_id from "order" where id = $1::uuid
       union select o.id, o.prior_order_id from "order" o join line on o.id = line.prior_order_id)
     select id::text from line`,
    priorOrderId,
  );
  return line.map(({ id }) => id);
}

/** The same for several orders, by the id of each; one that takes no place is left out. */
export async function ordersBeforeEach(
  db: Tx,
  orders: readonly { readonly id: string; readonly priorOrderId: string | null }[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const following = orders.filter(({ priorOrderId }) => priorOrderId !== null);
  if (following.length === 0) return new Map();
  const lines = await db.$queryRawUnsafe<{ of: string; ids: string[] }[]>(
    `with recursive line as (
       select follows.of, o.id, o.prior_order_id from unnest($1::uuid[], $2::uuid[]) as follows (of, prior) join "order" o on o.id = follows.prior
       union select line.of, o.id, o.prior_order_id from "order" o join line on o.id = line.prior_order_id)
     select of::text, array_agg(id::text) as ids from line group by of`,
    following.map(({ id }) => id),
    following.map(({ priorOrderId }) => priorOrderId),
  );
  return new Map(lines.map(({ of, ids }) => [of, ids]));
}
