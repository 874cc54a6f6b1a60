import type { InputIssue } from '#kernel/errors.ts';
import type { DayHours } from './open-times.ts';
import { exists, isZone } from './wall-time.ts';

const WALL_TIME = /^([01][0-9]|2[0-3]):[0-5][0-9]$/;

/** What is wrong with a zone's name. */
export function zoneIssues(timeZone: string): InputIssue[] {
  const message = 'must be a zone of the IANA database, like America/Chicago: a bare offset does not know when clocks change';
  return isZone(timeZone) ? [] : [{ path: 'input.timeZone', message }];
}

/** What is wrong with hours: times that no clock shows, ends before beginnings, and two stretches of one day for one way that overlap. */
export function hoursIssues<H extends DayHours>(hours: readonly H[], dayOf: (one: H) => unknown): InputIssue[] {
  return hours.flatMap((one, index) => {
    const path = `input.hours.${index}`;
    const issues: InputIssue[] = [];
    if (!WALL_TIME.test(one.startsAt)) issues.push({ path: `${path}.startsAt`, message: 'must be a time from 00:00 to 23:59' });
    if (one.endsAt !== '24:00' && !WALL_TIME.test(one.endsAt))
      issues.push({ path: `${path}.endsAt`, message: 'must be a time from 00:01 to 24:00' });
    if (issues.length > 0) return issues;
    if (one.endsAt <= one.startsAt) return [{ path: `${path}.endsAt`, message: 'must be later than startsAt, on the same day' }];
    const earlier = hours
      .slice(0, index)
      .some((other) => sameWay(one, other, dayOf) && other.startsAt < one.endsAt && one.startsAt < other.endsAt);
    return earlier ? [{ path, message: 'overlaps with hours named before it, for the same day and way' }] : [];
  });
}

function sameWay<H extends DayHours>(one: H, other: H, dayOf: (one: H) => unknown): boolean {
  return dayOf(one) === dayOf(other) && one.modality === other.modality;
}

/** Times that the clock skips on that very day: asked for by date, they are a mistake, and not an hour later. */
export function skippedIssues(day: string, timeZone: string, hours: readonly DayHours[]): InputIssue[] {
  return hours.flatMap((one, index) =>
    (['startsAt', 'endsAt'] as const)
      .filter((end) => !exists(day, one[end], timeZone))
      .map((end) => ({
        path: `input.hours.${index}.${end}`,
        message: `does not exist on ${day} in ${timeZone}: the clock is put forward over it`,
      })),
  );
}
