/** After so many minutes of waiting those who are responsible are told. */
export const WAITING_MARKS = [5, 15, 30] as const;

/**
 * The mark to be told of somebody who waits since then: the highest they have reached, unless it or a higher one was told already. So of marks that
 * were missed only the nearest is made up for. Null for none.
 */
export function markDue(since: Date, now: Date, told: number): number | null {
  const waited = (now.getTime() - since.getTime()) / 60_000;
  const reached = WAITING_MARKS.findLast((minutes) => minutes <= waited);
  return reached !== undefined && reached > told ? reached : null;
}
