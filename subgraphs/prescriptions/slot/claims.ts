import type { Tx } from '../builder.ts';
import type { Taken } from '../schedule/slots.ts';

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

/** Takes the time until it expires, however near another exam is. False when somebody else has it. The calendar stays locked until the transaction ends: reserve last. */
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

/** What is to be kept clear around a stretch; it begins no later and ends no earlier. */
export interface KeptClear {
  readonly keptFrom: Date;
  readonly keptTo: Date;
}

/**
 * Takes the time until it expires, apart from every other exam by what either of the two keeps clear. False when
 * somebody else is too near. The calendar stays locked until the transaction ends: reserve last.
 */
export function reserveApart(tx: Tx, wanted: Wanted & KeptClear, ids: { newId(): string; now(): Date }): Promise<boolean> {
  const moments = [wanted.startsAt, wanted.endsAt, wanted.keptFrom, wanted.keptTo, wanted.expiresAt, ids.now()];
  return answered(
    tx,
    `reserve_apart($1::uuid, $2::uuid, $3::uuid, ${moments.map((_, index) => `$${index + 4}::timestamptz`).join(', ')})`,
    ...[ids.newId(), wanted.ownerId, wanted.examinerId],
    ...moments.map((moment) => moment.toISOString()),
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

/** What of these examiners’ time is held or booked in the window or near it, whoever has it. */
export async function takenBetween(tx: Tx, examinerIds: readonly string[], from: Date, to: Date, now: Date): Promise<Taken[]> {
  const rows = await tx.$queryRawUnsafe<{ examiner_id: string; starts_at: Date; ends_at: Date; kept_from: Date; kept_to: Date }[]>(
    `select examiner_id::text, starts_at, ends_at, kept_from, kept_to
     from prescriptions_slots.taken_apart($1::uuid[], $2::timestamptz, $3::timestamptz, $4::timestamptz)`,
    [...examinerIds],
    from.toISOString(),
    to.toISOString(),
    now.toISOString(),
  );
  return rows.map((row) => ({
    examinerId: row.examiner_id,
    from: row.starts_at.getTime(),
    to: row.ends_at.getTime(),
    keptFrom: row.kept_from.getTime(),
    keptTo: row.kept_to.getTime(),
  }));
}
