/** What a gate is told of a clinical difference beside its statement: its kind, what it is compared with, and how it is worded. */

import type { AmountRatio } from './dose-units.ts';
import type { Fact } from './facts.ts';

/** What makes the compound different for the patient. `UNSPECIFIED` says no more than the statement does. */
export const differenceKinds = ['ALLERGY', 'INTOLERANCE', 'STRENGTH_NOT_SOLD', 'FORM_NOT_SOLD', 'SHORTAGE', 'UNSPECIFIED'] as const;

/** One of them. */
export type DifferenceKind = (typeof differenceKinds)[number];

/** An approved product that the pharmacy recorded beside a formula. */
export interface SoldProductFact {
  readonly name: string;
  readonly ingredient: string;
  /** As it was recorded, in words; null when it was not. */
  readonly strength: string | null;
  /** `MARKETED`, `DISCONTINUED` or `UNKNOWN`. */
  readonly marketing: string;
}

/** The strength of one active ingredient, and what is sold of it. */
export interface StrengthFact {
  readonly ingredient: string;
  /** Null where the pharmacy has not recorded it as two amounts. */
  readonly ratio: Fact<AmountRatio>;
  /** Null where the pharmacy has recorded none, which is not "nothing is sold". */
  readonly products: Fact<readonly SoldProductFact[]>;
}

/** Of what kind a difference is. */
export interface DifferenceKindFact {
  /** Left out, it is not asked: decisions kept before kinds were told answer as they did. */
  readonly kind?: Fact<DifferenceKind>;
  /** The commercial product it is compared with, in words; null when none is named. */
  readonly comparator?: string | null;
  /** What is changed, in words; null when it is not told apart from the statement. */
  readonly change?: string | null;
  /** Whether the finding it rests on has a code of a terminology; null when it could not be read. */
  readonly findingCoded?: Fact<boolean>;
  /** Of a strength that is said not to be sold. Left out, it is not asked: decisions kept before it was asked answer as they did. */
  readonly strengths?: Fact<readonly StrengthFact[]>;
}

/** How many other patients' differences read alike, and what a second person found of it. */
export interface DifferenceWordingFact {
  readonly alikePrescriber: number;
  readonly alikeProduct: number;
  readonly alikeClinic: number;
  /** `'none'` while nobody has read it. */
  readonly review: 'none' | 'DISTINCT' | 'BOILERPLATE';
}

/** What signing may be told of how a difference is worded. */
export interface WordingFacts {
  /** `'none'` without a difference; null when it was not compared, which blocks. Left out, it is not asked. */
  readonly wording?: Fact<DifferenceWordingFact | 'none'>;
}
