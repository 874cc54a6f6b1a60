/** What a gate is told of a clinical difference beside its statement: its kind, what it is compared with, and how it is worded. */

import type { Fact } from './facts.ts';

/** What makes the compound different for the patient. `UNSPECIFIED` says no more than the statement does. */
export const differenceKinds = ['ALLERGY', 'INTOLERANCE', 'STRENGTH_NOT_SOLD', 'FORM_NOT_SOLD', 'SHORTAGE', 'UNSPECIFIED'] as const;

/** One of them. */
export type DifferenceKind = (typeof differenceKinds)[number];

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
