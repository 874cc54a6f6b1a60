import { type PreparedDose, preparedDose, type StrengthFact } from '#rules/dose-prepared.ts';
import type { DoseStep } from '#rules/dose-steps.ts';
import { wordsOf } from './route-words.ts';
import { stepText } from './sig-text.ts';

/** What a prescriber decides of a step; the rest follows from the formula. */
export type GivenStep = Pick<
  DoseStep,
  'amount' | 'ingredient' | 'timing' | 'duration' | 'site' | 'method' | 'asNeeded' | 'maxDosePerPeriod' | 'repeatFrom'
>;

/** The formula as far as a dose depends on it. */
export interface DosedFormula {
  readonly route: string;
  readonly strengths: readonly StrengthFact[];
}

/** A step with everything that follows from the formula, or why its amount does not fit it. */
export function completedStep(
  given: GivenStep,
  sequence: number,
  { route, strengths }: DosedFormula,
): { readonly step: DoseStep; readonly problem: null } | { readonly problem: string } {
  const none: PreparedDose = { ingredient: null, prepared: null, active: [], problem: null };
  const dose = given.amount === null ? none : preparedDose(given.amount, given.ingredient, strengths);
  if (dose.problem !== null) return { problem: dose.problem };
  const { ingredient, prepared, active } = dose;
  const method = given.method ?? wordsOf(route)?.methods[0] ?? 'USE';
  const { amount, timing, duration, site, asNeeded, maxDosePerPeriod, repeatFrom } = given;
  const untold = {
    ...{ sequence, amount, ingredient, prepared, active, timing, duration, route, site, method },
    ...{ asNeeded, maxDosePerPeriod, repeatFrom },
  };
  return { step: { ...untold, text: stepText(untold, strengths.length) }, problem: null };
}
