/** What a licence was on a day, as known at a moment: from everything recorded of it, with no clock and no database. */

import { addDays } from './dates.ts';

/** One entry of a licence's history. Days are `YYYY-MM-DD`, moments RFC 3339. */
export interface RecordedStanding {
  readonly status: string;
  readonly effectiveFrom: string;
  /** The last day it holds for; null for one without end. */
  readonly effectiveTo: string | null;
  readonly recordedAt: string;
}

/** A further term of a licence, and since when it was known. */
export interface RecordedRenewal {
  /** The last day on record until then. */
  readonly formerLastDay: string;
  readonly startsOn: string;
  readonly expiresOn: string;
  readonly recordedAt: string;
}

/** A licence with everything recorded of it, in the order of recording. */
export interface LicenceHistory {
  /** The last day of its term, as on record now. */
  readonly expiresOn: string;
  readonly standings: readonly RecordedStanding[];
  /** Its further terms. Left out where nobody told of them: then the last day on record counts for every moment. */
  readonly renewals?: readonly RecordedRenewal[];
}

/** Days in a row on which a licence was the same thing. Null is without beginning, or without end. */
export interface Span {
  readonly from: string | null;
  readonly to: string | null;
  /** Null when nothing was on record, which is unknown. */
  readonly status: string | null;
}

/** From what stands least in the way to what stands most; a word that is none of these is taken for the worst. */
const bySeverity = ['ACTIVE', 'UNVERIFIED', 'EXPIRED', 'RESTRICTED', 'SUSPENDED', 'REVOKED'];
const sanctions = bySeverity.slice(bySeverity.indexOf('RESTRICTED'));

function severityOf(status: string): number {
  const index = bySeverity.indexOf(status);
  return index === -1 ? bySeverity.length : index;
}

/** The last day of the first term, which no renewal moves. */
function firstLastDay({ expiresOn, renewals = [] }: LicenceHistory): string {
  return renewals.map(({ formerLastDay }) => formerLastDay).toSorted()[0] ?? expiresOn;
}

/** Whether a day lies within a term that was known at a moment. */
function inTerm(history: LicenceHistory, day: string, knownAt: Date): boolean {
  if (day <= firstLastDay(history)) return true;
  const known = (history.renewals ?? []).filter(({ recordedAt }) => Date.parse(recordedAt) <= knownAt.getTime());
  return known.some(({ startsOn, expiresOn }) => startsOn <= day && day <= expiresOn);
}

/**
 * The status of a day as known at a moment: of what had been recorded of that day by then, the last word counts, and of two in
 * the same moment the stricter. Outside the terms known by then a licence had expired, short of a sanction. Null is unknown.
 */
export function statusThen(history: LicenceHistory, day: string, knownAt: Date): string | null {
  let last: RecordedStanding | null = null;
  for (const standing of history.standings) {
    const recorded = Date.parse(standing.recordedAt);
    if (recorded > knownAt.getTime() || standing.effectiveFrom > day || (standing.effectiveTo ?? day) < day) continue;
    const before: number = last === null ? Number.NEGATIVE_INFINITY : Date.parse(last.recordedAt);
    if (recorded > before || (recorded === before && severityOf(standing.status) >= severityOf(last?.status ?? ''))) last = standing;
  }
  if (last === null) return null;
  return sanctions.includes(last.status) || inTerm(history, day, knownAt) ? last.status : 'EXPIRED';
}

/**
 * What somebody's licence in a state was on a day, as known at a moment: one good licence there is enough. Null when that can't be
 * told; `'none'` without a licence there.
 */
export function licenceThen(
  licences: readonly (LicenceHistory & { readonly state: string })[] | null | undefined,
  state: string | null | undefined,
  day: string | null | undefined,
  knownAt: Date,
): string | null {
  if (licences == null || state == null || day == null) return null;
  const there = licences.filter((licence) => licence.state === state);
  const then = there.map((licence) => statusThen(licence, day, knownAt) ?? 'UNVERIFIED');
  return then.toSorted((a, b) => severityOf(a) - severityOf(b))[0] ?? 'none';
}

/**
 * The first day after today on which, as known at a moment, a licence is not ACTIVE although its term goes on: a sanction recorded
 * ahead of its day, or days of which nothing is on record. Null when there is none.
 */
export function notActiveFrom(history: LicenceHistory, today: string, knownAt: Date): string | null {
  const tomorrow = addDays(today, 1);
  const days = daysNotActive(history, knownAt)
    .filter(({ to }) => to === null || to >= tomorrow)
    .map(({ from }) => (from === null || from < tomorrow ? tomorrow : from));
  const first = days[0];
  return first === undefined || first > history.expiresOn ? null : first;
}

/** All days on which the licence, as known at a moment, was not ACTIVE: restricted, lapsed, taken back, or not known. Earliest first. */
export function daysNotActive(history: LicenceHistory, knownAt: Date): Span[] {
  const turns = new Set([addDays(firstLastDay(history), 1)]);
  for (const { startsOn, expiresOn } of history.renewals ?? []) turns.add(startsOn).add(addDays(expiresOn, 1));
  for (const { effectiveFrom, effectiveTo } of history.standings) {
    turns.add(effectiveFrom);
    if (effectiveTo !== null) turns.add(addDays(effectiveTo, 1));
  }
  const starts = [null, ...[...turns].sort()];
  return starts
    .map((from, index): Span => {
      const next = starts[index + 1] ?? null;
      const to = next === null ? null : addDays(next, -1);
      return { from, to, status: statusThen(history, from ?? to ?? '', knownAt) };
    })
    .filter(({ status }) => status !== 'ACTIVE');
}
