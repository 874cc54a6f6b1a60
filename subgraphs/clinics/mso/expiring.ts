import { daysBetween } from '#rules/dates.ts';
import type { ClinicOversight } from '../readiness/oversight.ts';
import { latestOf } from '../latest.ts';
import { ownPapers, type OwnPapers } from './expiring-own.ts';
import { oversightPapers } from './expiring-oversight.ts';

/** Which type of the graph a paper is, as its `subject` says. */
export type SubjectType =
  | 'FacilityLicense'
  | 'ManagementAgreement'
  | 'License'
  | 'DeaRegistration'
  | 'InsurancePolicy'
  | 'Engagement'
  | 'ProtocolVersion';

/** One thing on paper that ends, before it is known whether that is soon. */
export interface Paper {
  readonly kind: string;
  /** Public id of the record. */
  readonly recordId: string;
  /** Public ids of the clinics it is about. */
  readonly clinicIds: readonly string[];
  /** Null for what has no type of its own in the graph. */
  readonly subject: { readonly __typename: SubjectType; readonly id: string } | null;
  readonly label: string;
  readonly endsOn: string | null;
  readonly blocks: readonly string[];
  /** Papers of one line replace one another: only the one that lasts longest counts. */
  readonly line: string;
}

/** A clinic as far as it is named in labels. */
export interface NamedClinic {
  readonly id: string;
  readonly name: string;
  readonly state: string;
}

/** A paper that ends within the days asked for, or has ended. */
export interface Expiring extends Paper {
  readonly endsOn: string;
  readonly daysLeft: number;
}

/** What ends within so many days, soonest first; what ended already and was not replaced comes before everything else. */
export function expiring(
  own: OwnPapers,
  oversight: readonly ClinicOversight[],
  clinics: readonly NamedClinic[],
  on: string,
  withinDays: number,
): Expiring[] {
  const papers = latestOf(
    [...ownPapers(own), ...oversightPapers(oversight, clinics, on)],
    (paper) => paper.line,
    (paper) => paper.endsOn,
  );
  return papers
    .flatMap((paper) => (paper.endsOn === null ? [] : [{ ...paper, endsOn: paper.endsOn, daysLeft: daysBetween(on, paper.endsOn) }]))
    .filter((paper) => paper.daysLeft <= withinDays)
    .toSorted((a, b) => a.daysLeft - b.daysLeft || (a.line < b.line ? -1 : 1));
}
