/** What signing must be told of a dose. */

import type { StrengthFact } from './dose-prepared.ts';
import type { DoseStep } from './dose-steps.ts';
import type { SupplyFact } from './dose-supply.ts';
import type { Fact } from './facts.ts';

/** The most of a drug under a protocol, as the protocol says it. */
export interface DoseLimitFact {
  readonly drug: string;
  /** Where the protocol gives it; then it alone says which ingredient is meant. */
  readonly unii: string | null;
  /** Decimal text. */
  readonly maximum: string;
  readonly unit: string;
  /** In which time: dose, day, week or month; other words are not compared. */
  readonly per: string;
}

/** An order's dose with what it is held against. */
export interface DosingFact {
  /** Null where the directions could not be read as one. */
  readonly dosage: Fact<readonly DoseStep[]>;
  readonly supply: Fact<SupplyFact>;
  readonly strengths: Fact<readonly StrengthFact[]>;
  /** Those of the protocol; empty where it limits nothing, null where it could not be read. */
  readonly limits: Fact<readonly DoseLimitFact[]>;
}

/** The part of the facts of signing that is about the dose. */
export interface DoseFacts {
  /** Null blocks. Left out, it is not asked: decisions kept before it was asked answer as they did. */
  readonly dosing?: DosingFact | null;
}
