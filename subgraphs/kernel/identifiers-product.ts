/** What is made and measured: drug codes, units, diagnoses, lots. A problem is a phrase after the field's path; null is none. */

/** The configurations an NDC of ten digits comes in (21 CFR 207.33), and the one of eleven that HIPAA transactions use. */
const ndcShapes = [
  /^[0-9]{4}-[0-9]{4}-[0-9]{2}$/,
  /^[0-9]{5}-[0-9]{3}-[0-9]{2}$/,
  /^[0-9]{5}-[0-9]{4}-[0-9]$/,
  /^[0-9]{5}-[0-9]{4}-[0-9]{2}$/,
];

/** What is wrong with a National Drug Code. Ten digits without hyphens are refused: three products could be meant. */
export function ndcProblem(text: string): string | null {
  if (/^[0-9]{10}$/.test(text)) return 'has ten digits without hyphens, which could mean three different products';
  if (/^[0-9]{11}$/.test(text)) return /^0+$/.test(text) ? 'is a placeholder' : null;
  if (!ndcShapes.some((shape) => shape.test(text))) return 'must be labeler-product-package in 4-4-2, 5-3-2, 5-4-1 or 5-4-2';
  return /^[0-]+$/.test(text) ? 'is a placeholder' : null;
}

/** What is wrong with an NDC as a label carries it: ten digits, and the hyphens say which part is which. */
export function labelNdcProblem(text: string): string | null {
  return ndcProblem(text) ?? (/^[0-9-]{12}$/.test(text) ? null : 'must be ten digits with hyphens: 4-4-2, 5-3-2 or 5-4-1');
}

/** The eleven digits of a well-formed NDC, the short segment padded; null of any other text. */
export function ndc11(text: string): string | null {
  if (ndcProblem(text) !== null) return null;
  if (!text.includes('-')) return text;
  const [labeler = '', product = '', pack = ''] = text.split('-');
  return labeler.padStart(5, '0') + product.padStart(4, '0') + pack.padStart(2, '0');
}

/** The units that compounding needs, as case-sensitive UCUM codes. Others exist; none of them is taken here. */
export const ucumCodes: readonly string[] = [
  'mg',
  'g',
  'ug',
  'ng',
  'kg',
  'mL',
  'L',
  'uL',
  'mg/mL',
  'ug/mL',
  'g/mL',
  'mg/g',
  'g/(100.g)',
  'g/(100.mL)',
  'mL/(100.mL)',
  '%',
  '[iU]',
  '[iU]/mL',
  "[USP'U]",
  "[arb'U]",
  'mmol',
  'mmol/L',
  'meq',
  'meq/mL',
  'mosm/kg',
  'mg/kg',
  'mg/d',
  'mL/h',
  '[drp]',
  '{click}',
  '{capsule}',
  '{tablet}',
  '{troche}',
  '{suppository}',
  '{syringe}',
  '{vial}',
  '1',
  'min',
  'h',
  'd',
  'wk',
  'mo',
  'a',
  'Cel',
  '[degF]',
  '[pH]',
  '[CFU]',
  'cm2',
  'mm[Hg]',
  'kg/m2',
  'ng/dL',
  'pg/mL',
  '10*6/uL',
];

// Print forms and look-alikes that people type, and why each is refused.
const notUcum: ReadonlyMap<string, string> = new Map([
  ['mcg', 'print form; the code is ug'],
  ['\u00b5g', 'non-ASCII; the code is ug'],
  ['cc', 'not a UCUM code for mL; also a discouraged abbreviation'],
  ['IU', 'the code is [iU]; the bare print form is error-prone'],
  ['U', 'the printed abbreviation is error-prone (misread as 0); in UCUM U is the enzyme unit, not an insulin or toxin unit'],
  ['ML', 'case matters: read case-sensitively this is megalitre'],
  ['MG', 'case matters: read case-sensitively this is megagauss'],
  ['[EU]', "is the Ehrlich unit; write endotoxin limits in [USP'U] or [iU] (1 endotoxin unit = 1 USP unit = 1 IU)"],
  ['gm', 'the code is g'],
  ['mEq', 'the code is meq'],
  ['hr', 'the code is h'],
  ['\u00b0C', 'the code is Cel'],
  ['units', "not a code; choose [iU], [USP'U] or [arb'U]"],
]);

/** What is wrong with a unit. Case counts: ML is a megalitre. */
export function ucumProblem(text: string): string | null {
  if (ucumCodes.includes(text)) return null;
  const why = notUcum.get(text);
  return why === undefined ? 'must be a UCUM code that compounding uses, like mg, mL or mg/mL' : `is not a usable unit: ${why}`;
}

/** Why a unit as people type it is not one; null of everything else, in the list or not: other trades have units of their own. */
export function unitMisprint(text: string): string | null {
  return notUcum.get(text) ?? null;
}

/** What is wrong with a diagnosis code of ICD-10-CM, as far as its shape can say. Whether the code exists is not looked up. */
export function icd10Problem(text: string): string | null {
  return /^[A-Z][0-9][0-9A-Z](\.[0-9A-Z]{1,4})?$/.test(text) ? null : 'must be an ICD-10-CM code like E66.9';
}

const LONGEST_LOT_NUMBER = 40;

/**
 * The one form in which a lot number is stored and looked for: capitals, plain hyphens, no blanks. Null when what is left
 * is not a lot number. A recall that missed a lot for a lower-case letter would miss its patients.
 */
export function lotNumber(text: string): string | null {
  const plain = text
    .normalize('NFKC')
    .replace(/[\s\p{Cf}]/gu, '')
    .replace(/\p{Pd}|\u2212/gu, '-')
    .toUpperCase();
  return plain.length <= LONGEST_LOT_NUMBER && /^[0-9A-Z]([0-9A-Z./_-]*[0-9A-Z])?$/.test(plain) ? plain : null;
}
