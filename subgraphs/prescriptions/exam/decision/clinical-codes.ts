/** Whether a code has the shape its terminology gives it, check digit included. Whether it exists is not looked up. A problem is a phrase after the field's path. */

import { icd10Problem } from '#kernel/identifiers-product.ts';

/** The terminologies a finding can be coded in, with the names FHIR R4 has for them. */
export const codingSystems = {
  ICD_10_CM: 'http://hl7.org/fhir/sid/icd-10-cm',
  SNOMED_CT: 'http://snomed.info/sct',
  LOINC: 'http://loinc.org',
} as const;

/** One of them. */
export type CodingSystem = keyof typeof codingSystems;

/** What is wrong with a code of that terminology; null is nothing. */
export function codeProblem(system: CodingSystem, code: string): string | null {
  if (system === 'ICD_10_CM') return icd10Problem(code);
  return system === 'LOINC' ? loincProblem(code) : snomedProblem(code);
}

/** What is wrong with a LOINC code: digits, a hyphen, and a check digit modulo 10. */
export function loincProblem(code: string): string | null {
  const [, number, check] = /^([1-9][0-9]{0,6})-([0-9])$/.exec(code) ?? [];
  if (number === undefined) return 'must be a LOINC code like 4548-4';
  return luhn(number) === Number(check) ? null : 'has a wrong check digit: a figure of the LOINC code is mistyped';
}

function luhn(number: string): number {
  const sum = [...number].toReversed().reduce((total, digit, place) => {
    const weighed = place % 2 === 0 ? Number(digit) * 2 : Number(digit);
    return total + (weighed > 9 ? weighed - 9 : weighed);
  }, 0);
  return (10 - (sum % 10)) % 10;
}

/** What is wrong with the identifier of a SNOMED CT concept: 6 to 18 digits, the partition of concepts, and Verhoeff's check digit. */
export function snomedProblem(code: string): string | null {
  if (!/^[1-9][0-9]{5,17}$/.test(code) || !['00', '10'].includes(code.slice(-3, -1)))
    return 'must be the identifier of a SNOMED CT concept like 126485001';
  return verhoeff(code) === 0 ? null : 'has a wrong check digit: a figure of the SNOMED CT identifier is mistyped';
}

const PERMUTED = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];

/** Zero for a number whose last digit is its check digit. */
function verhoeff(number: string): number {
  return [...number].toReversed().reduce((sum, digit, place) => {
    let permuted = Number(digit);
    for (let turn = place % 8; turn > 0; turn -= 1) permuted = PERMUTED[permuted] ?? 0;
    return dihedral(sum, permuted);
  }, 0);
}

/** The product in the dihedral group of ten: five turns, and five turns of the mirror image. */
function dihedral(a: number, b: number): number {
  const turned = (a < 5 ? a + b : a - b + 10) % 5;
  return a < 5 === b < 5 ? turned : turned + 5;
}
