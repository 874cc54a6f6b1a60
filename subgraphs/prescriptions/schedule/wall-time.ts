import { DateTime, IANAZone } from 'luxon';

const MINUTE_MS = 60_000;

/**
 * The moment at which a clock on the wall first shows that time, or a later one, on that day in that zone. Where the
 * clock is put forward over it, that is the moment of the change; where the time comes twice, the first. `24:00` is
 * the next midnight. So two stretches that meet on the wall meet in time too, on every day of the year.
 */
export function momentOf(day: string, wallTime: string, timeZone: string): number {
  const zone = IANAZone.create(timeZone);
  const wall = DateTime.fromISO(day, { zone: 'utc' }).toMillis() + minutesOf(wallTime) * MINUTE_MS;
  // A day has at most one change, so the offset at that wall time is one of the two that hold a day before and after.
  const offsets = [zone.offset(wall - 36 * 60 * MINUTE_MS), zone.offset(wall + 36 * 60 * MINUTE_MS)];
  const moments = offsets.map((offset) => wall - offset * MINUTE_MS);
  const real = moments.filter((moment) => moment + zone.offset(moment) * MINUTE_MS === wall);
  if (real.length > 0) return Math.min(...real);
  return changeBetween(zone, Math.min(...moments), Math.max(...moments));
}

/** Minutes from the beginning of the day by the wall clock. */
export function minutesOf(wallTime: string): number {
  const [hours = 0, minutes = 0] = wallTime.split(':').map(Number);
  return hours * 60 + minutes;
}

/** The first moment at which the zone's offset is no longer what it was; there is one between the two. */
function changeBetween(zone: IANAZone, before: number, after: number): number {
  const was = zone.offset(before);
  let [low, high] = [before, after];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (zone.offset(middle) === was) low = middle;
    else high = middle;
  }
  return high;
}
