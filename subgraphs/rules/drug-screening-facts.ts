/** What screening an ordered drug for one patient must be told. */

import type { Credential, Fact, IngredientFact } from './facts.ts';

/** What a drug is screened for. */
export type DrugScreeningKind = 'ALLERGY' | 'DUPLICATE_THERAPY' | 'CONTRAINDICATION' | 'PREGNANCY' | 'INTERACTION';

/** Every kind, in the order in which it is asked. */
export const drugScreeningKinds: readonly DrugScreeningKind[] = [
  'ALLERGY',
  'DUPLICATE_THERAPY',
  'CONTRAINDICATION',
  'PREGNANCY',
  'INTERACTION',
];

/** An allergy as it was recorded. What an exam's finding says in words alone is never more than a possible match. */
export interface RecordedAllergy {
  readonly text: string;
  readonly from: 'RECORD' | 'INTAKE' | 'CODED_FINDING' | 'FINDING';
}

/** An inactive ingredient of a formula. */
export interface ExcipientFact extends IngredientFact {
  /** `PRESERVATIVE`, `BASE`, `SOLVENT`, … */
  readonly role: string;
}

/** Another order of the patient that is not over: signed, on its way, or dispensed and not used up. */
export interface OtherOrderFact {
  readonly id: string;
  readonly ingredients: readonly IngredientFact[];
  /** False of an order for another record with the same name and birth date. */
  readonly samePatient: boolean;
  /** Only in decisions of when a repeat by the same prescriber was let through: nobody is told so any more, and it is a duplicate. */
  readonly ownRepeat?: boolean;
}

/** An answer of an intake that a screening rule picked out. */
export interface AnswerFlagFact {
  readonly linkId: string;
  readonly severity: string;
  readonly message: string;
  /** Whether it was settled, or the exam was approved with it. */
  readonly settled: boolean;
}

/** One interaction that a screener found. */
export interface InteractionFindingFact {
  readonly severity: 'CONTRAINDICATED' | 'MAJOR' | 'MODERATE' | 'MINOR';
  readonly ingredient: string;
  readonly medication: string;
  readonly text: string;
}

/** The answer of an interaction screener, with what it was asked about. */
export interface InteractionFact {
  readonly screener: string;
  readonly version: string;
  /** The day of the knowledge it screened with, `YYYY-MM-DD`; null when it does not say. */
  readonly asOf: string | null;
  readonly outcome: 'SCREENED' | 'NOT_SCREENED';
  /** What was asked: an answer about other medicines answers nothing. */
  readonly medications: readonly string[];
  readonly findings: readonly InteractionFindingFact[];
}

/** That the prescriber goes on in spite of what screening found or could not say. */
export interface ScreeningWaiverFact {
  readonly id: string;
  readonly kind: DrugScreeningKind;
  /** The `screeningBasis` of what was waived: other findings, other answers or another drug are not waived by it. */
  readonly basis: string;
  readonly credential: Fact<Credential>;
  readonly at: string;
}

/** Facts of one order for screening it. */
export interface DrugScreeningFact {
  readonly allergies: Fact<readonly RecordedAllergy[]>;
  /** `'not-recorded'` where the pharmacy has not said what else is in it. */
  readonly excipients: Fact<readonly ExcipientFact[] | 'not-recorded'>;
  /** Medicines the patient says they take; an empty list is none. */
  readonly medications: Fact<readonly string[]>;
  readonly otherOrders: Fact<readonly OtherOrderFact[]>;
  /** `none`, `not-applicable`, `pregnant`, `trying`, `breast-feeding`. */
  readonly pregnancy: Fact<string>;
  readonly flags: Fact<readonly AnswerFlagFact[]>;
  /** Null where no screener was asked. */
  readonly interactions: Fact<InteractionFact>;
  /** The newest intake, whose answers these are. */
  readonly intakeId: Fact<string>;
  /** SHA-256 of the drug as drafted, hex. */
  readonly drugDigest: string;
  readonly waivers: Fact<readonly ScreeningWaiverFact[]>;
  /** Whether a waiver is bound to how grave a screener called an interaction, and to its words. Left out of decisions kept before it was. */
  readonly waiversHoldWhatWasTold?: true;
}

/** Extends the facts of signing. */
export interface DrugScreeningFacts {
  /** Left out, it is not asked: decisions kept before it was asked answer as they did. Null is unknown and blocks. */
  readonly drugScreening?: DrugScreeningFact | null;
}
