/** Units as directions say them: spelled out where an abbreviation is misread (ISMP), and back. */

interface UnitWords {
  readonly one: string;
  readonly many: string;
  /** Other spellings that people write; the error-prone ones are not among them. */
  readonly also: readonly string[];
}

const same = (word: string, ...also: string[]): UnitWords => ({ one: word, many: word, also });
const counted = (word: string, many = `${word}s`): UnitWords => ({ one: word, many, also: [] });

const byUnit: Readonly<Record<string, UnitWords>> = {
  kg: same('kg'),
  g: same('g', 'gram', 'grams'),
  mg: same('mg', 'milligram', 'milligrams'),
  ug: same('mcg', 'microgram', 'micrograms'),
  ng: same('nanograms', 'nanogram'),
  L: same('L', 'liter', 'liters'),
  mL: same('mL', 'milliliter', 'milliliters'),
  uL: same('microliters', 'microliter'),
  '[iU]': { one: 'international unit', many: 'international units', also: [] },
  "[USP'U]": { one: 'USP unit', many: 'USP units', also: [] },
  "[arb'U]": { one: 'unit', many: 'units', also: [] },
  mmol: same('mmol'),
  meq: same('mEq'),
  '[CFU]': same('CFU'),
  '[drp]': counted('drop'),
  '{capsule}': counted('capsule'),
  '{tablet}': counted('tablet'),
  '{troche}': counted('troche'),
  '{suppository}': counted('suppository', 'suppositories'),
  '{syringe}': counted('syringe'),
  '{vial}': counted('vial'),
  '{click}': counted('click'),
};

/** A number as directions have it: a zero before the point, none after it, thousands parted by commas. */
export function numberText(value: string): string {
  const [whole = '', rest] = value.split('.');
  const parted = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return rest === undefined ? parted : `${parted}.${rest}`;
}

/** An amount as directions have it: `0.25 mg`, `1 capsule`, `5,000 units`. */
export function amountText({ value, unit }: { readonly value: string; readonly unit: string }): string {
  const words = byUnit[unit];
  return `${numberText(value)} ${words === undefined ? unit : value === '1' ? words.one : words.many}`;
}

/** Whether directions have a word for a unit, so that a dose may be given in it. */
export function isDosed(unit: string): boolean {
  return byUnit[unit] !== undefined;
}

const spelled = new Map(
  Object.entries(byUnit).flatMap(([unit, { one, many, also }]) => [one, many, ...also].map((word) => [word.toLowerCase(), unit] as const)),
);
const words = [...spelled.keys()].toSorted((one, other) => other.length - one.length);

/** What reads an amount at the beginning of a text: the number, then the word of its unit. */
export const amountPattern = String.raw`(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?\s*(${words.join('|')})\b`;

/** An amount that `amountPattern` found. */
export function amountFound([, whole = '', rest = '', word = '']: readonly (string | undefined)[]): { value: string; unit: string } | null {
  const unit = spelled.get(word.toLowerCase());
  const value = `${whole.replaceAll(',', '')}${rest}`.replace(/^0+(?=\d)/, '');
  return unit === undefined ? null : { value, unit };
}
