import { daysBetween } from '#rules/dates.ts';
import { latestOf } from '../latest.ts';
import { type Paper, takenAway } from './paper.ts';

/** What two sides arranged for a time: over for so long, it is history and nobody’s to renew. */
const arranged = new Set(['ENGAGEMENT', 'DELEGATION']);
const REMEMBERED_DAYS = 90;

/** A paper that ends within the days asked for, or has ended. */
export interface Expiring extends Paper {
  readonly endsOn: string;
  readonly daysLeft: number;
}

/** Of papers that replace one another the one that lasts longest; what was taken away replaces nothing and is not replaced. */
export function inLines(papers: readonly Paper[]): Paper[] {
  return latestOf(
    papers.filter(({ status }) => !takenAway.has(status)),
    ({ line }) => line,
    ({ endsOn }) => endsOn,
  );
}

/** What ends within so many days, soonest first; what ended already and was not replaced comes before everything else. */
export function expiring(papers: readonly Paper[], on: string, withinDays: number): Expiring[] {
  return inLines(papers)
    .flatMap((paper) => (paper.endsOn === null ? [] : [{ ...paper, endsOn: paper.endsOn, daysLeft: daysBetween(on, paper.endsOn) }]))
    .filter(({ kind, daysLeft }) => daysLeft <= withinDays && (daysLeft >= -REMEMBERED_DAYS || !arranged.has(kind)))
    .toSorted((a, b) => a.daysLeft - b.daysLeft || (a.line < b.line ? -1 : 1));
}
