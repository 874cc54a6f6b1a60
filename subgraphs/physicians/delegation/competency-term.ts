import { addDays } from '#rules/dates.ts';
import { dayIn, hasLapsed } from '../lapse.ts';

/** A competency as far as its days go. */
export interface CompetencyTerm {
  readonly expiresOn: Date;
  readonly withdrawal: { readonly withdrawnAt: Date } | null;
}

/** The last day it counts: its own, or the day before it was withdrawn, which counts at once. */
export function lastDayOf({ expiresOn, withdrawal }: CompetencyTerm): string {
  const own = dayIn(expiresOn);
  if (withdrawal === null) return own;
  const before = addDays(dayIn(withdrawal.withdrawnAt), -1);
  return before < own ? before : own;
}

/** Whether it counts at this moment. */
export function isCurrent({ expiresOn, withdrawal }: CompetencyTerm, now: Date): boolean {
  return withdrawal === null && !hasLapsed(expiresOn, now);
}
