import { outOfForce, type Paper, standing } from '../expirable/paper.ts';

/** A paper that no longer carries what it carried, and by what. */
export interface Lapsed {
  readonly paper: Paper;
  /** ENDED past its last day, otherwise the status that put it out of force. */
  readonly cause: string;
  /** The last day it was good when it ended; otherwise the first day of that status, null where nobody recorded one. */
  readonly day: string | null;
}

/** What has lapsed of these papers by a day, as far back as `since`. What another paper of its line carries on is no lapse. */
export function lapsed(papers: readonly Paper[], today: string, since: string): Lapsed[] {
  const carried = new Set(papers.filter((paper) => carries(paper, today)).map(({ line }) => line));
  return papers.flatMap((paper): Lapsed[] => {
    if (carried.has(paper.line)) return [];
    if (outOfForce.has(paper.status)) return (paper.since ?? today) < since ? [] : [{ paper, cause: paper.status, day: paper.since }];
    const { endsOn } = paper;
    return endsOn === null || endsOn >= today || endsOn < since ? [] : [{ paper, cause: 'ENDED', day: endsOn }];
  });
}

// What has yet to begin carries nothing: the days until then are a lapse.
function carries({ status, startsOn, endsOn }: Paper, today: string): boolean {
  return standing.has(status) && (startsOn === null || startsOn <= today) && (endsOn === null || endsOn >= today);
}
