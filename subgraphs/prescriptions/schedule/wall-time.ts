import { Temporal } from 'temporal-polyfill';

/**
 * The moment at which a clock on the wall first shows that time, or a later one, on that day in that zone. Where the
 * clock is put forward over it, that is the moment of the change; where the time comes twice, the first. `24:00` is
 * the next midnight. So two stretches that meet on the wall meet in time too, on every day of the year.
 */
export function momentOf(day: string, wallTime: string, timeZone: string): number {
  const wall = plain(day, wallTime);
  const first = wall.toZonedDateTime(timeZone, { disambiguation: 'earlier' });
  if (shows(first, wall)) return first.epochMilliseconds;
  // The time is skipped: what lies before the gap leads to the change.
  return first.getTimeZoneTransition('next')?.epochMilliseconds ?? first.epochMilliseconds;
}

/** Whether a clock on the wall there ever shows that time on that day: on the Sunday of the spring an hour is skipped. */
export function exists(day: string, wallTime: string, timeZone: string): boolean {
  const wall = plain(day, wallTime);
  return shows(wall.toZonedDateTime(timeZone, { disambiguation: 'earlier' }), wall);
}

/** The calendar day of a moment by the clock there. */
export function dayAt(moment: Date | number, timeZone: string): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(Number(moment)).toZonedDateTimeISO(timeZone).toPlainDate();
}

/** The moments at which a day begins and ends there: 23, 24 or 25 hours. */
export function momentsOfDay(day: string, timeZone: string): { readonly from: Date; readonly to: Date } {
  const date = Temporal.PlainDate.from(day);
  const midnight = (one: Temporal.PlainDate) => new Date(one.toZonedDateTime({ timeZone }).epochMilliseconds);
  return { from: midnight(date), to: midnight(date.add({ days: 1 })) };
}

/** Whether it names a zone of the IANA database, which knows when clocks change. A bare offset doesn't. */
export function isZone(timeZone: string): boolean {
  if (!/^[A-Za-z]+(\/[A-Za-z_+-]+)+$/.test(timeZone)) return false;
  try {
    return Temporal.PlainDate.from('2026-01-01').toZonedDateTime({ timeZone }).timeZoneId === timeZone;
  } catch {
    return false;
  }
}

/** As many moments as are remembered: some years of the hours of a large clinic. */
const MOST_REMEMBERED = 20_000;
const remembered = new Map<string, number>();

/** The same as `momentOf`, remembered: a week of fifty examiners is mostly the same few times over again, and what a clock showed does not change while this runs. */
export function rememberedMoment(day: string, wallTime: string, timeZone: string): number {
  const key = `${timeZone} ${day} ${wallTime}`;
  const known = remembered.get(key);
  if (known !== undefined) return known;
  const moment = momentOf(day, wallTime, timeZone);
  if (remembered.size >= MOST_REMEMBERED) remembered.clear();
  remembered.set(key, moment);
  return moment;
}

function plain(day: string, wallTime: string): Temporal.PlainDateTime {
  const date = Temporal.PlainDate.from(day);
  return wallTime === '24:00' ? date.add({ days: 1 }).toPlainDateTime() : date.toPlainDateTime(wallTime);
}

function shows(moment: Temporal.ZonedDateTime, wall: Temporal.PlainDateTime): boolean {
  return moment.toPlainDateTime().equals(wall);
}
