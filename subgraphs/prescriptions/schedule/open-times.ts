import { DateTime } from 'luxon';
import { momentOf } from './wall-time.ts';

/** Working hours as they are kept: wall times of one weekday in one zone. */
export interface Hours {
  readonly examinerId: string;
  readonly timeZone: string;
  /** ISO: 1 is Monday. */
  readonly weekday: number;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly modality: string;
  readonly validFrom: string;
  /** Last day; null is without end. */
  readonly validTo: string | null;
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

/** One bookable slot. */
export type Slot = OpenTime;

/**
 * How long a slot is. A good-faith exam by video takes 10 to 15 minutes; 20 leaves time to write the record before the
 * next patient. One length for every service: the exclusion constraint does not depend on it, so it can vary later.
 */
export const SLOT_MINUTES = 20;

const SLOT_MS = SLOT_MINUTES * 60_000;

/** The hours as moments, for every day of the window on which they hold; longer than the window where a day reaches over its edge. */
export function openTimes(hours: readonly Hours[], window: { readonly from: Date; readonly to: Date }): OpenTime[] {
  const open: OpenTime[] = [];
  for (const one of hours) {
    const last = DateTime.fromJSDate(window.to, { zone: one.timeZone }).toISODate() ?? '';
    let date = DateTime.fromJSDate(window.from, { zone: one.timeZone }).startOf('day');
    for (let day = date.toISODate() ?? ''; day !== '' && day <= last; day = date.toISODate() ?? '') {
      if (date.weekday === one.weekday && day >= one.validFrom && (one.validTo === null || day <= one.validTo)) {
        const from = momentOf(day, one.startsAt, one.timeZone);
        const to = momentOf(day, one.endsAt, one.timeZone);
        // Hours that lie wholly in the hour that is skipped are none that year.
        if (from < to) open.push({ examinerId: one.examinerId, modality: one.modality, from, to });
      }
      date = date.plus({ days: 1 });
    }
  }
  return open;
}

/** Slots one after another from the beginning of each open time: whole ones only, inside the window, and clear of every taken stretch. */
export function slotsIn(open: readonly OpenTime[], taken: readonly Stretch[], window: { readonly from: Date; readonly to: Date }): Slot[] {
  const takenBy = Map.groupBy(taken, (stretch) => stretch.examinerId);
  const slots = new Map<string, Slot>();
  for (const time of open) {
    const gone = takenBy.get(time.examinerId) ?? [];
    const first = Math.max(0, Math.ceil((window.from.getTime() - time.from) / SLOT_MS));
    for (let from = time.from + first * SLOT_MS; from + SLOT_MS <= Math.min(time.to, window.to.getTime()); from += SLOT_MS) {
      const to = from + SLOT_MS;
      if (gone.some((stretch) => stretch.from < to && from < stretch.to)) continue;
      slots.set(`${from}/${time.examinerId}/${time.modality}`, { examinerId: time.examinerId, modality: time.modality, from, to });
    }
  }
  return [...slots.values()].sort(inOrder);
}

/** By time; those at the same time by examiner and modality, so that the order is the same whenever it is asked. */
export function inOrder(a: Slot, b: Slot): number {
  return a.from - b.from || compare(a.examinerId, b.examinerId) || compare(a.modality, b.modality);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
