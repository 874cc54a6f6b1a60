import type { Tx } from '../builder.ts';

const key = `hashtextextended('facility:' || $1, 0)`;

/** Held by every step of an order until it is done: what a facility can show does not change under it. Taken after the order's head. */
export async function shareStanding(tx: Tx, pharmacyId: string): Promise<void> {
  await tx.$queryRawUnsafe(`select pg_advisory_xact_lock_shared(${key})::text`, pharmacyId);
}

/** Held by whoever changes what a facility can show: steps under way have ended before, and those that come see the change. */
export async function holdStanding(tx: Tx, pharmacyId: string): Promise<void> {
  await tx.$queryRawUnsafe(`select pg_advisory_xact_lock(${key})::text`, pharmacyId);
}
