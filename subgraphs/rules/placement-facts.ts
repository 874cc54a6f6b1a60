/** What the gate `placement` must be told: what a clinic asks for, and what one physician offers. Nothing of a patient, no price. */

import type { SupervisedFact } from './clinic-facts.ts';
import type { EngagementFacts } from './engagement.ts';
import type { Fact } from './facts.ts';

/** How much of the work a clinic wants done on its premises. */
export type OnSiteNeed = 'NONE' | 'PERIODIC' | 'ON_SITE';

/** Why somebody will not or must not work for a clinic: by their own word, or since they speak for the clinic themselves. */
export type ConflictFact = Fact<'none' | 'declared' | 'own'>;

/** A physician as they make themselves available. */
export interface CandidateFact {
  /** Whether they take work at all now. */
  readonly open: Fact<boolean>;
  readonly roles: Fact<readonly string[]>;
  readonly states: Fact<readonly string[]>;
  /** Codes of the services they take; an empty list is all. */
  readonly services: Fact<readonly string[]>;
  /** States in which they come to the premises. */
  readonly onSiteStates: Fact<readonly string[]>;
  readonly mostClinics: Fact<number>;
  /** Of how many clinics they are director now, wherever. */
  readonly directs: Fact<number>;
  readonly availableFrom: Fact<string>;
  /** Last day, or null with `noEnd: true`. */
  readonly availableUntil: Fact<string>;
  readonly noEnd?: boolean;
  readonly specialties: Fact<readonly string[]>;
  /** Whom they supervise already, by state of the request. */
  readonly supervised: Fact<Readonly<Record<string, SupervisedFact>>>;
  readonly conflict: ConflictFact;
  /** Whether this clinic already engages them in this role, on a day of the term. */
  readonly engagedThere: Fact<boolean>;
}

/** Facts for `PlacementRequest.candidates` and `offerPlacement`: all that an engagement asks at its beginning, and the fit. */
export interface PlacementFacts extends EngagementFacts {
  /** The first day. */
  readonly startsOn: Fact<string>;
  /** Codes of the services asked for; an empty list is all that the clinic offers. */
  readonly services: Fact<readonly string[]>;
  readonly onSite: Fact<OnSiteNeed>;
  /** Who prescribes under the physician there; an empty list is nobody. */
  readonly prescribers: Fact<readonly ('NP' | 'PA')[]>;
  /** Specialties of which the physician must have each. */
  readonly specialties: Fact<readonly string[]>;
  readonly candidate: Fact<CandidateFact>;
}
