/** What the gates of a clinic must be told: whether it may offer a service, and whether an act there may be delegated. */

import type { AttestedFacts, Fact, Modality, PractitionerFact, ProtocolFact } from './facts.ts';

/** The responsible physician of a clinic or entity. */
export interface DirectorFact extends PractitionerFact {
  /** So that what a decision stood on can be found again by engagement. */
  readonly engagementId?: string | undefined;
  readonly engagementStatus: Fact<string>;
  readonly engagementStartsOn: Fact<string>;
  /** Last day, or null with `engagementNoEnd: true`. */
  readonly engagementEndsOn: Fact<string>;
  readonly engagementNoEnd?: boolean;
  /** Codes of the services overseen; an empty list is all that the clinic offers. Left out, it is not asked. */
  readonly engagementServices?: readonly string[] | null;
  /** Last day of the professional liability policy in force; `'none'` when there is no policy. */
  readonly insuredUntil: Fact<string>;
  /** Every professional liability policy somebody verified, with its first and last day; none is not insured. Left out, `insuredUntil` alone is asked. */
  readonly insured?: Fact<readonly TermFact[]>;
}

/** From when until when something holds, both days included. */
export interface TermFact {
  readonly from: Fact<string>;
  readonly until: Fact<string>;
}

/** A facility licence of the clinic, where it holds any. */
export interface FacilityLicenceFact {
  readonly kind: string;
  readonly status: Fact<string>;
  readonly expiresOn: Fact<string>;
}

/** What the services of a clinic stand on beside the word of its entity: its state's rules and the records of people, protocols and site. */
export interface ClinicLegs {
  readonly state: Fact<string>;
  /** Engaged directors: one good one is enough; an empty list is a clinic without a director. */
  readonly directors: Fact<readonly DirectorFact[]>;
  readonly protocols: Fact<readonly ProtocolFact[]>;
  /** Facility licences on file: none is a pass, one that lapsed is not. */
  readonly facilityLicences: Fact<readonly FacilityLicenceFact[]>;
}

/** Facts for the readiness of one service at one clinic. */
export interface ClinicServiceFacts extends AttestedFacts, ClinicLegs {
  readonly service: Fact<string>;
  readonly offered: Fact<boolean>;
  /** Ways of examining the service offers; each asks its own field. Null or empty blocks. */
  readonly modalities: Fact<readonly Modality[]>;
}

/** Facts for a planned delegation: may this person do this here, under that physician? */
export interface DelegationFacts extends AttestedFacts {
  readonly state: Fact<string>;
  readonly service: Fact<string>;
  readonly delegate: Fact<PractitionerFact>;
  readonly delegator: Fact<PractitionerFact>;
  /** How many the physician supervises today, by role as the state's rule names it; null when nobody counted. */
  readonly supervised?: Fact<Readonly<Record<string, number>>>;
}

/** How many nurse practitioners and physician assistants a physician supervises besides the one in question. */
export type SupervisedFact = Fact<Readonly<Record<'NP' | 'PA', number>>>;

/** A delegation on record, with what it stands on. */
export interface DelegationRecordFact {
  readonly id: string;
  readonly service: Fact<string>;
  /** Code of the one device it is for; null or left out where it is for the service whatever the device. */
  readonly device?: string | null;
  /** 1 in the room, 2 on the premises, 3 reachable at once, 4 on one's own. */
  readonly level: Fact<number>;
  readonly states: Fact<readonly string[]>;
  readonly startsOn: Fact<string>;
  /** The last day. */
  readonly endsOn: Fact<string>;
  /** The day it was taken back; `'none'` while it was not. */
  readonly revokedOn: Fact<string>;
  readonly delegator: Fact<Omit<DirectorFact, 'insuredUntil'> & { readonly insuredUntil?: Fact<string> }>;
  readonly protocol: Fact<ProtocolFact>;
  readonly supervised: SupervisedFact;
}

/** That somebody was trained in an act, and until when that counts. */
export interface CompetencyFact {
  readonly service: Fact<string>;
  /** Code of the one device it is about; null or left out where it is about none. */
  readonly device?: string | null;
  readonly assessedOn: Fact<string>;
  readonly expiresOn: Fact<string>;
}

/** Facts for an act by a named person at a clinic, over what is on record. */
export interface MayPerformFacts extends AttestedFacts {
  readonly state: Fact<string>;
  readonly service: Fact<string>;
  /** Code of the device it would be done with; null or left out where none is named. */
  readonly device?: string | null;
  readonly performer: Fact<PractitionerFact>;
  /** Everything delegated to them there for this service, over or not; an empty list is nothing. */
  readonly delegations: Fact<readonly DelegationRecordFact[]>;
  /** Their training. */
  readonly competencies: Fact<readonly CompetencyFact[]>;
  /** That they work at the clinic as one who treats, or are engaged by it. Left out, it is not asked. */
  readonly worksThere?: Fact<boolean>;
  /** Last day of the own policy that lasts longest, of one who has any on record; null when nobody verified it. Left out, it is not asked. */
  readonly insuredUntil?: Fact<string>;
}

/** Facts for the signature under a collaborative agreement. */
export interface CollaborationFacts extends AttestedFacts {
  readonly state: Fact<string>;
  readonly supervisor: Fact<PractitionerFact>;
  readonly supervisee: Fact<PractitionerFact>;
  readonly supervised: SupervisedFact;
}
