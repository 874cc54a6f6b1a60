import type { Ctx } from '../builder.ts';
import { mayHaveLeft } from './reached.ts';

/** Which part of a list is asked for, as lists of rows are read: the row before it, and how many; fewer than none from its end. */
export interface Wanted {
  readonly cursor?: { readonly id?: string } | undefined;
  readonly take: number;
}

const from = (table: string, which = 'true') =>
  `select d.fulfillment_id as id, d.pharmacy_id, d.clinic_id from recall_lot r join ${table} d using (lot_id) where r.recall_id = $1::uuid and ${which}`;

const page = (backwards: boolean) => `
  select distinct id::text from (${[from('dispense', mayHaveLeft), from('incident'), from('shipment')].join(' union all ')}) as reached
  where (pharmacy_id = any ($2::uuid[]) or clinic_id = any ($3::uuid[])) and ($4::uuid is null or id ${backwards ? '>' : '<'} $4::uuid)
  order by id ${backwards ? 'asc' : 'desc'} limit $5::int`;

/**
 * The fulfillments that got something from the lots of a recall, newest first, of those the caller may see. Looked up from the
 * lots: asked the other way round, of each fulfillment whether it is one, the database goes through all that were ever made.
 */
export async function reachedFulfillments(ctx: Ctx, recallId: string, { cursor, take }: Wanted): Promise<string[]> {
  const places = [[...ctx.actor.places('fulfillment:read')], [...ctx.actor.places('fulfillment:track')]];
  const rows = await ctx.db.$queryRawUnsafe<{ id: string }[]>(page(take < 0), recallId, ...places, cursor?.id ?? null, Math.abs(take));
  return rows.map(({ id }) => id);
}
