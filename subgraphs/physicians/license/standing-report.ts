/** What can be believed of a report on a licence: a sanction has a source, hearsay makes it unverified, only its board takes a sanction back. */

import type { InputIssue } from '#kernel/errors.ts';
import { addDays, addMonths } from '#rules/dates.ts';
import { dayIn } from '../lapse.ts';
import { type BoardStatus, isSanction, severityOf, type Standing, standingOn } from './license-standing.ts';

/** No board gives a term of half a century: a later end stands for "none", which is said by leaving it out. */
const FARTHEST_END_MONTHS = 600;

/** A report as it came in. */
export interface StandingReport {
  readonly status: BoardStatus;
  readonly effectiveFrom: string;
  readonly effectiveTo: string | null;
  readonly source: string | null;
  readonly reference: string | null;
}

/** The licence it is about, as on record. */
export interface ReportedLicense {
  readonly status: string;
  readonly issuedOn: Date;
  readonly standings: readonly Standing[];
}

/** The days on which what is on record of a licence can change, within the days of a report. */
function turningDays({ effectiveFrom, effectiveTo }: StandingReport, standings: readonly Standing[]): string[] {
  const turns = standings.flatMap((standing) => [
    dayIn(standing.effectiveFrom),
    ...(standing.effectiveTo === null ? [] : [addDays(dayIn(standing.effectiveTo), 1)]),
  ]);
  return [effectiveFrom, ...turns.filter((day) => day > effectiveFrom && (effectiveTo === null || day <= effectiveTo))];
}

/** Whether a report would make a licence better than a sanction left it, on any of its days. */
export function takesBack(report: StandingReport, license: ReportedLicense, now: Date): boolean {
  const today = dayIn(now);
  const known = turningDays(report, license.standings).map((day) => standingOn(license.standings, day, now)?.status);
  const coversToday = report.effectiveFrom <= today && (report.effectiveTo === null || today <= report.effectiveTo);
  return [...known, coversToday ? license.status : undefined].some(
    (status) => status !== undefined && isSanction(status) && severityOf(status) > severityOf(report.status),
  );
}

/** The parts of a report on whose days it takes no sanction back, in order: those on which a board has acted are left as they are. */
export function partsThatTakeNothingBack(report: StandingReport, license: ReportedLicense, now: Date): StandingReport[] {
  const turns = [...new Set(turningDays(report, license.standings))].toSorted();
  const parts: StandingReport[] = [];
  for (const [index, effectiveFrom] of turns.entries()) {
    const next = turns[index + 1];
    const part = { ...report, effectiveFrom, effectiveTo: next === undefined ? report.effectiveTo : addDays(next, -1) };
    if (takesBack(part, license, now)) continue;
    const before = parts.at(-1);
    const goesOn = before !== undefined && before.effectiveTo === addDays(effectiveFrom, -1);
    if (goesOn) parts.splice(-1, 1, { ...before, effectiveTo: part.effectiveTo });
    else parts.push(part);
  }
  return parts;
}

/** Everything that speaks against believing a report. */
export function issuesOf(report: StandingReport, license: ReportedLicense, now: Date): InputIssue[] {
  const issues: InputIssue[] = [];
  const issuedOn = dayIn(license.issuedOn);
  const latest = addMonths(dayIn(now), 12);
  const add = (field: keyof StandingReport, message: string) => issues.push({ path: `input.${field}`, message });
  if (report.effectiveFrom < issuedOn) add('effectiveFrom', `The licence was given on ${issuedOn}: nothing can be said of it before.`);
  if (report.effectiveFrom > latest) add('effectiveFrom', `At most a year ahead, which is ${latest}.`);
  if (report.effectiveTo !== null && report.effectiveTo > addMonths(dayIn(now), FARTHEST_END_MONTHS)) {
    add('effectiveTo', 'Leave the last day out where there is none; a day so far ahead is a slip.');
  }
  if (report.effectiveTo !== null && report.effectiveTo < report.effectiveFrom) add('effectiveTo', 'The last day is not before the first.');
  if (report.source === 'INSURER') add('source', 'An insurer says nothing of a licence.');
  if (report.source === null && isSanction(report.status)) {
    add('source', 'Say where this sanction was looked up. What was only heard of is UNVERIFIED, which stops the same work.');
  } else if (report.source !== 'STATE_BOARD') {
    if (report.status === 'ACTIVE') add('source', 'Only the board that gave a licence can say that it is good: look it up at STATE_BOARD.');
    else if (takesBack(report, license, now)) add('source', 'Only its board takes a sanction back: look it up at STATE_BOARD.');
  } else if (report.reference === null && takesBack(report, license, now)) {
    add('reference', 'This takes a sanction back: say where the board’s order can be read.');
  }
  return issues;
}
