/** Which days a review of charts has to take in, so that of all the days nobody looked at none is left out for good. */

import { addDays } from '#rules/dates.ts';

/** The most days that one review takes in. */
export const LONGEST_PERIOD_DAYS = 92;

/** The charts of the last few days may not be closed when the others are read. Our own choice: the next review begins with them. */
const SETTLING_DAYS = 7;

/** What is known of the reviews of a director at a clinic. Days are YYYY-MM-DD. */
export interface ReviewsSoFar {
  /** The last day that a review has taken in; null where this is the first. */
  readonly reviewedTo: string | null;
  /** The first day on which they directed the clinic at all; null where nobody knows. */
  readonly directsFrom: string | null;
  /** When this review was scheduled, and by when it is due. */
  readonly scheduledOn: string;
  readonly dueOn: string;
}

/** The latest day with which a review may begin and the earliest with which it may end. */
export interface RequiredPeriod {
  readonly from: string;
  readonly to: string;
}

/**
 * A review begins no later than the day after the one before it ended; the first one with the director's first day, or where they had directed
 * longer without reviews, with as many days before it was scheduled as one review holds. It goes on until its day, or nearly until today when
 * that is earlier, or as far as one review holds: the next one begins where it ended and can be recorded at once.
 */
export function requiredPeriod({ reviewedTo, directsFrom, scheduledOn, dueOn }: ReviewsSoFar, today: string): RequiredPeriod {
  const reach = addDays(scheduledOn, 1 - LONGEST_PERIOD_DAYS);
  const first = directsFrom !== null && directsFrom > reach ? directsFrom : reach;
  const from = reviewedTo === null ? first : addDays(reviewedTo, 1);
  const ends = [dueOn, addDays(today, -SETTLING_DAYS), addDays(from, LONGEST_PERIOD_DAYS - 1)];
  return { from, to: ends.reduce((earliest, end) => (end < earliest ? end : earliest)) };
}
