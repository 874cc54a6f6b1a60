/** What gates must be told of people: who they are, what they hold, under whom they work. */

import type { ExclusionFact } from './exclusion.ts';
import type { Credential, Fact } from './facts.ts';

/** A practitioner's licence as last read at its source. */
export interface LicenceFact {
  /** So that what a decision stood on can be found again by licence. */
  readonly id?: string | undefined;
  readonly state: Fact<string>;
  readonly number?: Fact<string>;
  /** Only `ACTIVE` passes: a restricted, suspended, revoked, expired or unverified licence does not. */
  readonly status: Fact<string>;
  /** Last day on which the licence is good, `YYYY-MM-DD`. */
  readonly expiresOn: Fact<string>;
  /** When it was last checked at the board, RFC 3339. */
  readonly verifiedAt: Fact<string>;
  /**
   * The first day to come on which, as recorded now, it is not active although its term goes on: a sanction recorded ahead of its
   * day. Null or left out when none is recorded.
   */
  readonly notActiveFrom?: Fact<string>;
}

/** An agreement between an NP or PA and a physician for one state. */
export interface AgreementFact {
  readonly state: Fact<string>;
  readonly status: Fact<string>;
  readonly startsOn: Fact<string>;
  /** Last day, or null in an agreement without end: `noEnd` must then be true. */
  readonly endsOn: Fact<string>;
  readonly noEnd?: boolean;
  /** The supervising or collaborating physician's licences: one must be good in the same state. */
  readonly physicianLicences: Fact<readonly LicenceFact[]>;
  /** Of the physician. Left out, it is not asked. */
  readonly exclusion?: ExclusionFact;
}

/** A registration for controlled substances, the DEA's or a state's own, good in one state. */
export interface DeaFact {
  readonly state: Fact<string>;
  readonly status: Fact<string>;
  readonly expiresOn: Fact<string>;
  /** `II`, `IIN`, `III`, `IIIN`, `IV`, `V`. */
  readonly schedules: Fact<readonly string[]>;
}

/** Whoever examines, prescribes or directs. */
export interface PractitionerFact {
  readonly id: string;
  readonly credential: Fact<Credential>;
  /** Left out, it is not asked. */
  readonly exclusion?: ExclusionFact;
  readonly licences: Fact<readonly LicenceFact[]>;
  /** Asked of NPs and PAs only. */
  readonly agreements?: Fact<readonly AgreementFact[]>;
  /** States in which a board has recorded this NP as free of the collaboration requirement. */
  readonly independentIn?: Fact<readonly string[]>;
  /** Asked when a controlled substance is ordered. */
  readonly deaRegistrations?: Fact<readonly DeaFact[]>;
  /** Of states, asked where one requires its own beside the DEA's. Left out, it is not asked. */
  readonly stateRegistrations?: Fact<readonly DeaFact[]>;
}
