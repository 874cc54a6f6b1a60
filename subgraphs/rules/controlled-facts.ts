/** What the gates are told of a controlled prescription beside the rest of an order. */

import type { Fact, IngredientFact } from './facts.ts';

/** A query of a state's prescription monitoring program, as whoever made it recorded it. */
export interface PdmpCheckFact {
  readonly id?: string;
  /** The state whose program was asked. */
  readonly state: Fact<string>;
  /** RFC 3339. */
  readonly checkedAt: Fact<string>;
  /** `REVIEWED` (a history came and was read), `NO_HISTORY` (the program has none of this patient), `FAILED` (no answer came). */
  readonly outcome: Fact<string>;
  /** `EXACT`, `CONFIRMED` (several, one of them made out as this patient), `UNSURE` or `NONE`. */
  readonly patientMatch: Fact<string>;
  /** `PRESCRIBE` or `WITHHOLD`. */
  readonly decision: Fact<string>;
  /** Why it may go on although the program did not answer; `'none'` where nothing of the kind is claimed. */
  readonly outage: Fact<string>;
}

/** Whether somebody may sign controlled prescriptions at the clinic: two people decide that (21 CFR 1311.125). */
export type SigningAccess = 'GRANTED' | 'PROPOSED' | 'REVOKED' | 'none';

/** Facts on a prescription for a controlled substance. Asked only of a formula that has one. */
export interface ControlledFacts {
  /** Where the pharmacy stands: its schedules count beside the patient's and the prescriber's. */
  readonly pharmacyState: Fact<string>;
  /** Where the prescriber practises: the clinic's state. */
  readonly prescriberState: Fact<string>;
  readonly refills: Fact<number>;
  readonly daysSupply: Fact<number>;
  /** Whether the prescriber held the exam: another's visit in person is not the prescriber's (21 USC 829(e)(2)(A)). */
  readonly examByPrescriber: Fact<boolean>;
  /** Queries recorded for this order; an empty list is none. */
  readonly pdmpChecks: Fact<readonly PdmpCheckFact[]>;
  readonly access: Fact<SigningAccess>;
}

/** Facts on whether a controlled prescription may leave this deployment. */
export interface TransmissionFacts {
  readonly ingredients: Fact<readonly IngredientFact[]>;
  readonly pharmacyState: Fact<string>;
  readonly prescriberState: Fact<string>;
  /** The report or certificate under which this deployment's application signs and transmits; `'none'` when it has none. */
  readonly certified: Fact<string>;
}
