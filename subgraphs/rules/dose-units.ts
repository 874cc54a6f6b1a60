/** Amounts and the only conversions between their units: by powers of ten within mass and within volume, exactly. */

import Big from 'big.js';

/** Decimal text with its UCUM unit. */
export interface Amount {
  readonly value: string;
  readonly unit: string;
}

/** So much of one thing in so much of another (FHIR Ratio). */
export interface AmountRatio {
  readonly numerator: Amount;
  readonly denominator: Amount;
}

/**
 * How many of the first unit of its row one is. What stands in no row converts into nothing but itself: international units, USP units and arbitrary units
 * are each their own and no mass, whatever a label says of one product; equivalents, moles and pieces likewise.
 */
const tables: readonly Readonly<Record<string, string>>[] = [
  { mg: '1', kg: '1000000', g: '1000', ug: '0.001', ng: '0.000001' },
  { mL: '1', L: '1000', uL: '0.001' },
];

/** What is measured by a unit: the first unit of its row, or the unit itself. */
export function measureOf(unit: string): string {
  const row = tables.find((table) => Object.hasOwn(table, unit));
  return row === undefined ? unit : (Object.keys(row)[0] ?? unit);
}

/** How many of a unit an amount is, exactly; null where one does not convert into the other. */
export function inUnit({ value, unit }: Amount, wanted: string): Big | null {
  if (unit === wanted) return Big(value);
  const row = tables.find((table) => Object.hasOwn(table, unit) && Object.hasOwn(table, wanted));
  const [from, to] = [row?.[unit], row?.[wanted]];
  // Each factor is a power of ten, so the division ends.
  return from === undefined || to === undefined ? null : Big(value).times(from).div(to);
}

/** What is counted and never divided. Tablets are halved, capsules and suppositories are not. */
export const indivisible: readonly string[] = ['{capsule}', '{suppository}', '{syringe}', '{vial}', '{click}', '[drp]'];

/** Whether a unit counts pieces. */
export function isPiece(unit: string): boolean {
  return unit.startsWith('{') || unit === '[drp]';
}

/** Decimal text as it is kept: plain digits, no trailing zero. */
export function plain(value: Big | string): string {
  return Big(value).toFixed();
}

/** Whether text is an exact amount above zero. */
export function isPositive(value: string | null | undefined): value is string {
  return typeof value === 'string' && /^[0-9]{1,18}(\.[0-9]{1,12})?$/.test(value) && Big(value).gt(0);
}
