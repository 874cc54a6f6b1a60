import { compareTexts, type ListOrder, textsOf } from '#kernel/list-page.ts';
import { addDays, daysBetween } from '#rules/dates.ts';
import { outlasts } from '../latest.ts';
import { type Paper, standing, takenAway } from './paper.ts';

/** What two sides arranged for a time: over for so long, it is history and nobody’s to renew. */
const arranged = new Set(['ENGAGEMENT', 'DELEGATION']);
const REMEMBERED_DAYS = 90;

/** A paper that ends within the days asked for, or has ended. */
export interface Expiring extends Paper {
  readonly endsOn: string;
  readonly daysLeft: number;
}

/**
 * The papers that no other of their line replaces. What was taken away replaces nothing and is not replaced. A paper replaces one that it
 * outlasts if it carries work itself and there is no day between the two, or it has begun; so a renewal that nobody confirmed, or that begins
 * later, hides no day on which nothing is in force. Of papers that carry nothing the one that lasts longest is enough.
 */
export function inLines(papers: readonly Paper[], on: string): Paper[] {
  const lines = new Map<string, Paper[]>();
  for (const paper of papers.filter(({ status }) => !takenAway.has(status))) {
    const line = lines.get(paper.line);
    if (line === undefined) lines.set(paper.line, [paper]);
    else line.push(paper);
  }
  return [...lines.values()].flatMap((line) =>
    line.filter((paper) => !line.some((other) => other !== paper && replaces(other, paper, line, on))),
  );
}

function replaces(other: Paper, paper: Paper, line: readonly Paper[], on: string): boolean {
  const [stands, stood] = [standing.has(other.status), standing.has(paper.status)];
  if (!stands && stood) return false;
  if (other.endsOn === paper.endsOn) return stands !== stood || line.indexOf(other) < line.indexOf(paper);
  return outlasts(other.endsOn, paper.endsOn) && beginsInTime(other, paper, on);
}

function beginsInTime({ startsOn }: Paper, { endsOn }: Paper, on: string): boolean {
  return startsOn === null || startsOn <= on || (endsOn !== null && startsOn <= addDays(endsOn, 1));
}

/** What ends within so many days, soonest first; what ended already and was not replaced comes before everything else. */
export function expiring(papers: readonly Paper[], on: string, withinDays: number): Expiring[] {
  return inLines(papers, on)
    .flatMap((paper) => (paper.endsOn === null ? [] : [{ ...paper, endsOn: paper.endsOn, daysLeft: daysBetween(on, paper.endsOn) }]))
    .filter(({ kind, daysLeft }) => daysLeft <= withinDays && (daysLeft >= -REMEMBERED_DAYS || !arranged.has(kind)))
    .toSorted((a, b) => compareTexts(placeOf(a), placeOf(b)));
}

const placeOf = ({ endsOn, line, recordId }: Expiring): readonly string[] => [endsOn, line, recordId];

/** Soonest first; of those that end on one day, by what they are. */
export const endingOrder: ListOrder<Expiring, readonly string[]> = {
  list: 'expirables',
  inOrder: (paper, place) => compareTexts(placeOf(paper), place),
  textOf: (paper) => JSON.stringify(placeOf(paper)),
  placeOf: (text) => textsOf(text, 3),
};
