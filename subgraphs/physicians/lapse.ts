/** What a date alone ends. Rows keep what was decided; whether that still holds is worked out whenever it is read. */

import { dayOf } from '#rules/dates.ts';

/** A stored date or instant as its day in UTC, the way every rule compares days. */
export function dayIn(at: Date): string {
  const ms = at.getTime();
  const known = days.get(ms);
  if (known !== undefined) return known;
  const day = dayOf(at.toISOString()) ?? '';
  if (days.size >= DAYS_KEPT) days.clear();
  days.set(ms, day);
  return day;
}

/** The moment of a request is asked for its day once for every record it is compared with. */
const days = new Map<number, string>();
const DAYS_KEPT = 5_000;

/** Whether a thing's last day is over. A thing without a last day does not lapse. */
export function hasLapsed(lastDay: Date | null, now: Date): boolean {
  return lastDay !== null && dayIn(lastDay) < dayIn(now);
}

/** Today as a stored date: midnight UTC of the day that `now` falls on. */
export function todayOf(now: Date): Date {
  return new Date(`${dayIn(now)}T00:00:00Z`);
}

/** The status to show: what is on record, unless it was still good and its last day is over. */
export function statusOn<Stored extends string, Ended extends string>(
  record: { readonly status: string; readonly lastDay: Date | null },
  rule: { readonly good: readonly Stored[]; readonly ended: Ended },
  now: Date,
): string {
  const good: readonly string[] = rule.good;
  return good.includes(record.status) && hasLapsed(record.lastDay, now) ? rule.ended : record.status;
}

/** A day as it is stored: midnight UTC. */
export function storedDay(day: string): Date {
  return new Date(`${day}T00:00:00Z`);
}
