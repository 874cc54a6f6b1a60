/** The columns of a formulary as a list, and how their cells are written. */

import { numeratorUnits, type RatioShape } from '#kernel/strength.ts';

/** All columns, in the order of an export. */
export const columns = [
  'item',
  'formula',
  'dosageForm',
  'route',
  'sterile',
  'preparationType',
  'copyOfApproved',
  'ingredients',
  'excipients',
  'storage',
  'beyondUseDays',
  'beyondUseBasis',
  'beyondUseSource',
  'packValue',
  'packUnit',
  'container',
  'device',
  'doseVariant',
  'ndc',
  'priceCents',
  'priceFrom',
  'leadTimeDays',
  'shipsTo',
  'effectiveFrom',
  'effectiveTo',
  'active',
] as const;

/** Those that a list may leave out, as lists from before have: what is on record stays. */
export const laterColumns: readonly Column[] = ['ndc'];

/** One of them. */
export type Column = (typeof columns)[number];

/** A row as text, by column. */
export type Cells = Readonly<Record<Column, string>>;

/** The columns that say what is compounded: of an item that is on record they do not change. */
export const formulaColumns = [
  'formula',
  'dosageForm',
  'route',
  'sterile',
  'preparationType',
  'copyOfApproved',
  'ingredients',
  'excipients',
] as const satisfies readonly Column[];

/** Those that say how an item is kept and packed: they do not change either. */
export const fixedColumns = ['storage', 'packValue', 'packUnit', 'container', 'device', 'doseVariant'] as const satisfies readonly Column[];

/** A part of a list inside a cell: what would end it is written as a percent code. */
export function partText(text: string): string {
  return text.replace(/[%;|]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** The text of a part. */
export function partIn(text: string): string {
  return text.replace(/%(25|3B|7C)/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))).trim();
}

/** Two amounts as a cell has them: `2.5 mg in 1 mL`. */
export function ratioText({ numerator, denominator }: RatioShape): string {
  return `${numerator.value} ${numerator.unit} in ${denominator.value} ${denominator.unit}`;
}

/** The two amounts of a cell; null when it has none. Whether they can be a strength is for `strengthProblem`. */
export function ratioIn(text: string): RatioShape | null {
  const [, value, unit, of, whole] = /^([0-9.]+) (\S+) in ([0-9.]+) (\S+)$/.exec(text) ?? [];
  return !value || !unit || !of || !whole ? null : { numerator: { value, unit }, denominator: { value: of, unit: whole } };
}

/** For messages: the units an amount can have. */
export const unitsInWords = numeratorUnits.join(', ');

// A cell that a spreadsheet would take for a formula is an attack on whoever opens the export; none of ours begins so.
const risky = /^[=+\-@\t\r]/;

/** What is wrong with a text that goes into the formulary; null is nothing. */
export function textProblem(text: string, longest: number): string | null {
  if (text === '') return 'is empty';
  if (text.length > longest) return `has at most ${longest} characters`;
  if (risky.test(text)) return 'begins with a sign that spreadsheets read as a formula';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
  return /[\u0000-\u001f]/.test(text) ? 'contains a control character' : null;
}
