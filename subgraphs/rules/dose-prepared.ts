/** One dose in both its measures: what is drawn up or counted out, and how much of each active ingredient that is. */

import Big from 'big.js';
import type { EquivalentAmount } from './dose-steps.ts';
import { type Amount, type AmountRatio, indivisible, inUnit, measureOf, plain } from './dose-units.ts';

/** An active ingredient as a formula states it. */
export interface StrengthFact {
  readonly name: string;
  readonly unii: string | null;
  /** Null where the formula says it in no two amounts. */
  readonly strength: AmountRatio | null;
}

/** A dose worked out, or why it cannot be. */
export type PreparedDose =
  | {
      readonly ingredient: string | null;
      readonly prepared: EquivalentAmount | null;
      readonly active: readonly ({ readonly ingredient: string } & EquivalentAmount)[];
      readonly problem: null;
    }
  | { readonly problem: string };

// What a syringe shows is read to a hundredth; what is exact is written out to ten thousandths.
const EXACT_PLACES = 4;
const ROUNDED_PLACES = 2;
const FINEST_PLACES = 12;
const SMALLEST = '0.0001';

/**
 * Works a dose out. An amount in the measure of the preparation is of the preparation; else it is of the ingredient that is named, or of the only one. Where
 * both are masses (a cream), it is of the preparation unless an ingredient is named. Null strengths leave `prepared` and `active` open.
 */
export function preparedDose(amount: Amount, named: string | null, strengths: readonly StrengthFact[]): PreparedDose {
  const known = strengths.filter((one) => one.strength !== null);
  const measure = measureOf(known[0]?.strength?.denominator.unit ?? '');
  if (named === null && known.length > 0 && measureOf(amount.unit) === measure) return ofPreparation(amount, strengths);
  const ingredient = named === null ? only(strengths) : (strengths.find((one) => one.name === named) ?? null);
  if (ingredient === null) {
    const names = strengths.map(({ name }) => name).join(', ');
    return { problem: `does not say which ingredient it is of: ${names}` };
  }
  if (ingredient.strength === null) return { ingredient: ingredient.name, prepared: null, active: [], problem: null };
  const { numerator, denominator } = ingredient.strength;
  const measured = inUnit(amount, numerator.unit);
  if (measured === null) return { problem: `is in ${amount.unit}, and the strength in ${numerator.unit} in ${denominator.unit}` };
  const prepared = rounded(measured.times(denominator.value), Big(numerator.value), denominator.unit);
  const whole = measuringProblem(prepared);
  if (whole !== null) return { problem: whole };
  const others = strengths.filter((one) => one !== ingredient && one.strength !== null);
  const active = others.flatMap((one) => activeIn(one, measured.times(denominator.value), Big(numerator.value), denominator.unit));
  const own = { ingredient: ingredient.name, value: plain(amount.value), unit: amount.unit, exact: true };
  return { ingredient: ingredient.name, prepared, active: [own, ...active], problem: null };
}

function only(strengths: readonly StrengthFact[]): StrengthFact | null {
  const [first, second] = strengths;
  return first === undefined || second !== undefined ? null : first;
}

function ofPreparation(amount: Amount, strengths: readonly StrengthFact[]): PreparedDose {
  const prepared = { value: plain(amount.value), unit: amount.unit, exact: true };
  const whole = measuringProblem(prepared);
  if (whole !== null) return { problem: whole };
  const active = strengths
    .filter(({ strength }) => strength !== null)
    .flatMap((one) => activeIn(one, Big(amount.value), Big(1), amount.unit));
  return { ingredient: null, prepared, active, problem: null };
}

/** How much of an ingredient is in `amount ÷ over` of the preparation; nothing is said of one whose strength is stated for another measure. */
function activeIn({ name, strength }: StrengthFact, amount: Big, over: Big, unit: string): ({ ingredient: string } & EquivalentAmount)[] {
  const { numerator, denominator } = strength as AmountRatio;
  const whole = inUnit({ value: plain(amount), unit }, denominator.unit);
  if (whole === null) return [];
  return [{ ingredient: name, ...rounded(whole.times(numerator.value), over.times(denominator.value), numerator.unit) }];
}

function rounded(amount: Big, over: Big, unit: string): EquivalentAmount {
  const value = amount.div(over).round(EXACT_PLACES);
  if (value.times(over).eq(amount)) return { value: plain(value), unit, exact: true };
  const near = amount.div(over).round(ROUNDED_PLACES);
  // What would round away to nothing keeps its digits.
  const shown = [near, value].find((one) => one.gt(0)) ?? amount.div(over).round(FINEST_PLACES);
  return { value: plain(shown), unit, exact: false };
}

function measuringProblem({ value, unit, exact }: EquivalentAmount): string | null {
  if (!exact && Big(value).lt(SMALLEST)) return `would be less than ${SMALLEST} ${unit.replace(/[{}]/g, '')}, which nobody can measure`;
  const isWhole = exact && Big(value).mod(1).eq(0);
  return !indivisible.includes(unit) || isWhole
    ? null
    : `would be ${exact ? '' : 'about '}${value} ${unit.replace(/[{}]/g, '')}, which cannot be divided`;
}
