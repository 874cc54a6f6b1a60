/** What the stages are worked out from, as far as it is known. What could not be read is null, which is not "none". */

import type { RuleResult } from '#rules/results.ts';

/** A pharmacy that fills for a clinic. */
export interface Filling {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly activeItems: number;
  readonly licenses: readonly { readonly state: string; readonly kind: string; readonly status: string; readonly expiresOn: string }[];
}

/** An act at the clinic that somebody does below level 4 of the matrix, or perhaps does: where nobody has attested its level. */
export interface DelegatedAct {
  readonly practitionerId: string;
  readonly name: string;
  readonly service: string;
  /** What stands in the way of knowing the level; none where it is known to be below 4. */
  readonly unknownLevel: readonly RuleResult[];
  /** What the gate `may-perform` answered. */
  readonly results: readonly RuleResult[];
  /** Whether a competency in the service counts today. */
  readonly isTrained: boolean;
}

/** A service that the engagement is for and the clinic offers, with what its readiness answered. */
export interface ScopedService {
  readonly code: string;
  readonly results: readonly RuleResult[];
}

/** Somebody who works there under the physician's agreement with them. */
export interface Collaborator {
  readonly practitionerId: string;
  readonly name: string;
  readonly results: readonly RuleResult[];
}

/** Everything about one engagement. Ids are public. */
export interface OnboardingFacts {
  readonly engagement: {
    readonly id: string;
    readonly clinicId: string;
    readonly role: string;
    /** The status that is shown: past its last day it is ENDED, with a review of charts missed SUSPENDED. */
    readonly status: string;
    readonly states: readonly string[];
    readonly feeBasis: string | null;
    readonly hasAgreement: boolean;
  };
  /** The risk class as it was computed for its placement; null without one: then nobody was asked for volume, devices and who prescribes. */
  readonly riskClass: string | null;
  /** What the gate `engagement` answers today. */
  readonly matching: readonly RuleResult[];
  readonly services: readonly ScopedService[] | null;
  readonly acts: readonly DelegatedAct[] | null;
  readonly collaborators: readonly Collaborator[] | null;
  readonly pharmacies: readonly Filling[] | null;
  /** Whether a review of charts is open: each that is recorded opens the next. */
  readonly hasOpenAudit: boolean;
  /** Who has published hours at the clinic. */
  readonly examinerIds: readonly string[] | null;
  /** YYYY-MM-DD. */
  readonly today: string;
}
