/** Strengths as two amounts: what of the ingredient is in how much of the preparation (FHIR Ratio, units in UCUM). */

import type { QuantityShape } from './shared-types.ts';

/** A strength or proportion. Values are decimal text, exact. */
export interface RatioShape {
  readonly numerator: QuantityShape;
  readonly denominator: QuantityShape;
}

/** Units of what is measured: mass, volume, biological activity, amount of substance, organisms. */
export const numeratorUnits: readonly string[] = [
  ...['kg', 'g', 'mg', 'ug', 'ng', 'L', 'mL', 'uL'],
  ...['[iU]', "[USP'U]", "[arb'U]", 'mmol', 'meq', '[CFU]'],
];

/** What is counted one by one when it is taken, so that a strength is said of one. */
const unitDoses: readonly string[] = ['{capsule}', '{tablet}', '{troche}', '{suppository}'];

/** Units of the preparation it is in: mass, volume, or pieces. */
export const denominatorUnits: readonly string[] = ['kg', 'g', 'mg', 'L', 'mL', ...unitDoses, '{syringe}', '{vial}', '{click}'];

const amount = /^(0|[1-9][0-9]{0,17})(\.[0-9]{0,11}[1-9])?$/;

/** What is wrong with a strength; null is nothing. A percentage is refused: it does not say of what (w/w, w/v, v/v). */
export function strengthProblem({ numerator, denominator }: RatioShape): string | null {
  if ([numerator, denominator].some(({ unit }) => unit === '%' || unit === ''))
    return 'has no unit that says of what: write a percentage as g/(100.g), g/(100.mL) or mL/(100.mL)';
  if ([numerator, denominator].some(({ value }) => !amount.test(value) || value === '0'))
    return 'must be two amounts above zero, without a trailing zero';
  if (!numeratorUnits.includes(numerator.unit)) return `cannot be measured in ${numerator.unit}`;
  if (!denominatorUnits.includes(denominator.unit)) return `cannot be an amount in so many ${denominator.unit}`;
  return null;
}

// As print has it, never the error-prone forms (ISMP): mcg and not the Greek letter, units spelled out.
const printed: Readonly<Record<string, string>> = {
  ug: 'mcg',
  meq: 'mEq',
  '[iU]': 'international units',
  "[USP'U]": 'USP units',
  "[arb'U]": 'units',
  '[CFU]': 'CFU',
};

/** The one text of a strength: `2.5 mg/mL`, `4 g/(100.g)`, and of what is counted `50 mg`, of one. */
export function strengthText({ numerator, denominator }: RatioShape): string {
  const measured = `${numerator.value} ${printed[numerator.unit] ?? numerator.unit}`;
  const isOne = denominator.value === '1';
  if (isOne && unitDoses.includes(denominator.unit)) return measured;
  const unit = denominator.unit.replace(/^\{(.*)\}$/, '$1');
  if (isOne) return `${measured}/${unit}`;
  return denominator.value.includes('.') ? `${measured} per ${denominator.value} ${unit}` : `${measured}/(${denominator.value}.${unit})`;
}
