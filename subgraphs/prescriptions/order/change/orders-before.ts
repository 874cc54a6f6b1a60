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
