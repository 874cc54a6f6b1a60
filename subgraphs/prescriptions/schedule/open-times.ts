import { Temporal } from 'temporal-polyfill';
import { dayAt, rememberedMoment as momentOf } from './wall-time.ts';

/** Hours as they are kept, in wall time of one day. */
export interface DayHours {
  readonly startsAt: string;
  readonly endsAt: string;
  readonly modality: string;
}

/** Working hours: wall times of one weekday in one zone. */
export interface Hours extends DayHours {
  readonly examinerId: string;
  /** Null for every clinic the examiner works for. */
  readonly clinicId?: string | null;
  readonly timeZone: string;
  /** ISO: 1 is Monday. */
  readonly weekday: number;
  readonly validFrom: string;
  /** Last day; null is without end. */
  readonly validTo: string | null;
}

/** One day on which other hours hold, or none. */
export interface Exception {
  readonly examinerId: string;
  readonly clinicId: string | null;
  readonly day: string;
  readonly timeZone: string;
  readonly hours: readonly DayHours[];
}

/** A stretch of an examiner's time, in milliseconds; the end does not belong to it. */
export interface Stretch {
  readonly examinerId: string;
  readonly from: number;
  readonly to: number;
}

/** A stretch in which an examiner can be booked one way. */
export interface OpenTime extends Stretch {
  readonly modality: string;
}

/** From when until when is asked about. */
export interface Window {
  readonly from: Date;
  readonly to: Date;
}

/**
 * The hours as moments, for every day of the window on which they hold; longer than the window where a day reaches over
 * its edge. On a day with an exception the hours are those of the exception: of the clinic's own before that for all.
 */
export function openTimes(hours: readonly Hours[], exceptions: readonly Exception[], window: Window): OpenTime[] {
  const open: OpenTime[] = [];
  const add = (examinerId: string, day: string, timeZone: string, { startsAt, endsAt, modality }: DayHours): void => {
    const [from, to] = [momentOf(day, startsAt, timeZone), momentOf(day, endsAt, timeZone)];
    // Hours that lie wholly in the hour that is skipped are none that year.
    if (from < to && from < window.to.getTime() && to > window.from.getTime()) open.push({ examinerId, modality, from, to });
  };
  const instead = exceptionsByDay(exceptions);
  for (const [timeZone, inZone] of Map.groupBy(hours, (one) => one.timeZone)) {
    for (const { day, weekday } of daysOf(window, timeZone)) {
      for (const one of inZone) {
        if (one.weekday !== weekday || day < one.validFrom || (one.validTo !== null && day > one.validTo)) continue;
        if (!instead.has(`${one.examinerId} ${day}`)) add(one.examinerId, day, timeZone, one);
      }
    }
  }
  for (const { examinerId, day, timeZone, hours: own } of instead.values()) for (const one of own) add(examinerId, day, timeZone, one);
  return open;
}

/** The days of a window by the clock of a zone. */
function daysOf({ from, to }: Window, timeZone: string): { readonly day: string; readonly weekday: number }[] {
  const days: { day: string; weekday: number }[] = [];
  const last = dayAt(to, timeZone);
  for (let date = dayAt(from, timeZone); Temporal.PlainDate.compare(date, last) <= 0; date = date.add({ days: 1 }))
    days.push({ day: date.toString(), weekday: date.dayOfWeek });
  return days;
}

function exceptionsByDay(exceptions: readonly Exception[]): ReadonlyMap<string, Exception> {
  const byDay = new Map<string, Exception>();
  for (const one of exceptions) {
    const key = `${one.examinerId} ${one.day}`;
    if (one.clinicId !== null || !byDay.has(key)) byDay.set(key, one);
  }
  return byDay;
}
