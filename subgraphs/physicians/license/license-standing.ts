/**
 * What a licence was on a day, as it was known at a moment: two times. A board that revokes today from March on changes what we
 * know of March, never what we knew in March.
 */

import { dayIn } from '../lapse.ts';

/** What a board can say of a licence, the least that stands in the way first. */
export const boardStatuses = ['ACTIVE', 'UNVERIFIED', 'EXPIRED', 'RESTRICTED', 'SUSPENDED', 'REVOKED'] as const;

/** One of them. */
export type BoardStatus = (typeof boardStatuses)[number];

/** A standing as stored. */
export interface Standing {
  readonly id: string;
  readonly status: string;
  readonly effectiveFrom: Date;
  /** The last day it holds; null for one without end. */
  readonly effectiveTo: Date | null;
  readonly recordedAt: Date;
}

/** A further term of a licence, and since when it was known. */
export interface Renewal {
  /** The last day on record until then. */
  readonly formerLastDay: Date;
  readonly startsOn: Date;
  readonly expiresOn: Date;
  readonly recordedAt: Date;
}

/** As much of a licence as a standing is read with. */
export interface Term {
  /** The last day on record now. */
  readonly expiresOn: Date;
  readonly renewals: readonly Renewal[];
}

/** Whether a day lies within a term that was known at a moment: the licence's first one, or a further one recorded by then. */
export function inTerm({ expiresOn, renewals }: Term, day: string, knownAt: Date): boolean {
  const firstLastDay = renewals.map(({ formerLastDay }) => dayIn(formerLastDay)).toSorted()[0] ?? dayIn(expiresOn);
  const known = renewals.filter(({ recordedAt }) => recordedAt <= knownAt);
  return day <= firstLastDay || known.some((term) => dayIn(term.startsOn) <= day && day <= dayIn(term.expiresOn));
}

/** How far a status stands in the way. One we do not know is taken for the worst. */
export function severityOf(status: string): number {
  const known: readonly string[] = boardStatuses;
  const index = known.indexOf(status);
  return index === -1 ? boardStatuses.length : index;
}

/** Whether a board has acted against the licence: such a word is only taken back by the board. */
export function isSanction(status: string): boolean {
  return severityOf(status) >= severityOf('RESTRICTED');
}

/** Whether a standing says something of a day. */
export function covers(standing: Pick<Standing, 'effectiveFrom' | 'effectiveTo'>, day: string): boolean {
  return dayIn(standing.effectiveFrom) <= day && (standing.effectiveTo === null || day <= dayIn(standing.effectiveTo));
}

/** The standings that were on record at a moment and say something of a day, in the order of recording: the last one decides. */
export function standingsOn<S extends Standing>(standings: readonly S[], day: string, knownAt: Date): S[] {
  return standings.filter((standing) => standing.recordedAt <= knownAt && covers(standing, day)).toSorted(byRecording);
}

/** Two of the same millisecond cannot be told apart in time: then the stricter counts, and the ids keep the order whole. */
function byRecording(one: Standing, other: Standing): number {
  return (
    one.recordedAt.getTime() - other.recordedAt.getTime() ||
    severityOf(one.status) - severityOf(other.status) ||
    (one.id < other.id ? -1 : 1)
  );
}

/** The standing of a day as known at a moment; null when nothing was on record, which is unknown. */
export function standingOn<S extends Standing>(standings: readonly S[], day: string, knownAt: Date): S | null {
  return standingsOn(standings, day, knownAt).at(-1) ?? null;
}

/** What a licence was: `licensed` is null where nobody knows. */
export interface LicensedThen<S extends Standing> {
  readonly standing: BoardStatus | null;
  readonly licensed: boolean | null;
  readonly used: readonly S[];
}

/**
 * Whether a licence was good and unrestricted on a day, as known at a moment. Outside the terms known by then it had expired,
 * whatever was recorded of it short of a sanction.
 */
export function licensedOn<S extends Standing>(license: Term, standings: readonly S[], day: string, knownAt: Date): LicensedThen<S> {
  const used = standingsOn(standings, day, knownAt);
  const last = used.at(-1);
  if (last === undefined) return { standing: null, licensed: null, used };
  const recorded = boardStatuses.find((status) => status === last.status) ?? 'UNVERIFIED';
  const standing = !isSanction(recorded) && !inTerm(license, day, knownAt) ? 'EXPIRED' : recorded;
  return { standing, licensed: standing === 'UNVERIFIED' ? null : standing === 'ACTIVE', used };
}
