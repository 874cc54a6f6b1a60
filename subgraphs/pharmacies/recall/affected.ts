import type { Ctx } from '../builder.ts';
import { reached } from './reached.ts';

/** How far a recall reaches: distinct orders, clinics and patients, never who they are. */
export interface Affected {
  readonly orders: number;
  readonly clinics: number;
  readonly patients: number;
}

/** Of a recall ($1) and the places it may be seen from ($2). */
export const affectedQuery = `
  select count(distinct order_id)::int as orders, count(distinct clinic_id)::int as clinics, count(distinct patient_id)::int as patients
  from (${reached}) as reached
  where pharmacy_id = any ($2::uuid[]) or clinic_id = any ($2::uuid[])`;

/** Counted at the moment of reading, never stored: the pharmacy sees all of it, a clinic its own part. */
export async function affectedBy(ctx: Ctx, recallId: string): Promise<Affected> {
  const [row] = await ctx.db.$queryRawUnsafe<Affected[]>(affectedQuery, recallId, ctx.actor.places('recall:read'));
  return row ?? { orders: 0, clinics: 0, patients: 0 };
}
