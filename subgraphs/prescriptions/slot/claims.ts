import type { Tx } from '../builder.ts';
import type { Stretch } from '../schedule/open-times.ts';

/*
 * The claims on examiners' time. They belong to a role of their own and know no tenant; these calls are the only way to
 * them. Every time is business time, passed in. Each takes the examiner's calendar row first, so callers wait in line
 * instead of deadlocking on the exclusion constraint.
 */

/** A stretch of one examiner's time, wanted by one owner. */
export interface Wanted {
  readonly ownerId: string;
  readonly examinerId: string;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly expiresAt: Date;
}

async function answered(tx: Tx, call: string, ...values: unknown[]): Promise<boolean> {
  const [row] = await tx.$queryRawUnsafe<{ done: boolean }[]>(`select prescriptions_slots.${call} as done`, ...values);
  return row?.done === true;
}

/** Takes the time until it expires. False when somebody else has it. The calendar stays locked until the transaction ends: reserve last. */
export function reserve(tx: Tx, wanted: Wanted, ids: { newId(): string; now(): Date }): Promise<boolean> {
  return answered(
    tx,
    'reserve($1::uuid, $2::uuid, $3::uuid, $4::timestamptz, $5::timestamptz, $6::timestamptz, $7::timestamptz)',
    ids.newId(),
    wanted.ownerId,
    wanted.examinerId,
    wanted.startsAt.toISOString(),
    wanted.endsAt.toISOString(),
    wanted.expiresAt.toISOString(),
    ids.now().toISOString(),
  );
}

/** Makes a hold a booking. False when it has expired. */
export function settle(tx: Tx, ownerId: string, now: Date): Promise<boolean> {
  return answered(tx, 'settle($1::uuid, $2::timestamptz)', ownerId, now.toISOString());
}

/** Makes the new hold the booking and frees the old one, or does neither. */
export function moveClaim(tx: Tx, oldOwnerId: string, newOwnerId: string, now: Date): Promise<boolean> {
  return answered(tx, 'reschedule($1::uuid, $2::uuid, $3::timestamptz)', oldOwnerId, newOwnerId, now.toISOString());
}

/** Gives the time back. */
export async function free(tx: Tx, ownerId: string): Promise<void> {
  await tx.$queryRawUnsafe(`select prescriptions_slots.free($1::uuid)::text`, ownerId);
}

/** What of these examiners' time is held or booked, whoever has it. */
export async function takenBetween(tx: Tx, examinerIds: readonly string[], from: Date, to: Date, now: Date): Promise<Stretch[]> {
  const rows = await tx.$queryRawUnsafe<{ examiner_id: string; starts_at: Date; ends_at: Date }[]>(
    `select examiner_id::text, starts_at, ends_at from prescriptions_slots.taken($1::uuid[], $2::timestamptz, $3::timestamptz, $4::timestamptz)`,
    [...examinerIds],
    from.toISOString(),
    to.toISOString(),
    now.toISOString(),
  );
  return rows.map((row) => ({ examinerId: row.examiner_id, from: row.starts_at.getTime(), to: row.ends_at.getTime() }));
}
