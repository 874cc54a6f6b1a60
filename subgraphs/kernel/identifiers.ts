/**
 * Numbers that carry a check character. A problem is a phrase that follows the field's path ("npi must be ten digits");
 * null means typed correctly, never that the number was issued or belongs to whoever typed it.
 */

// Weights of the Luhn algorithm run from the right; the check digit itself is not doubled.
function luhnHolds(digits: string): boolean {
  let sum = 0;
  for (let place = 0; place < digits.length; place += 1) {
    const digit = Number(digits[digits.length - 1 - place]);
    const doubled = place % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** What is wrong with a National Provider Identifier. Its check digit counts the prefix 80840 (45 CFR 162.406). */
export function npiProblem(text: string): string | null {
  if (!/^[0-9]{10}$/.test(text)) return 'must be ten digits without separators';
  if (!/^[12]/.test(text)) return 'must begin with 1 or 2';
  return luhnHolds(`80840${text}`) ? null : 'has a wrong check digit';
}

// The same sum serves DEA numbers and NCPDP provider ids: odd places once, even places twice, last digit counts.
function weightedHolds(digits: string): boolean {
  const [a, b, c, d, e, f, check] = [...digits].map(Number) as [number, number, number, number, number, number, number];
  return (a + c + e + 2 * (b + d + f)) % 10 === check;
}

const DEA_LETTERS = 'ABFGMPR';

/** What is wrong with a DEA registration number. An institution's internal code after a hyphen is allowed (21 CFR 1301.22(c)). */
export function deaProblem(text: string): string | null {
  const match = /^([A-Z])([A-Z0-9])([0-9]{7})(-[0-9A-Z]{1,10})?$/.exec(text);
  if (!match) return 'must be two letters and seven digits';
  const [, first = '', second = '', digits = ''] = match;
  if (first === 'X') return 'begins with X, which stood for a waiver that no longer exists';
  if (!DEA_LETTERS.includes(first)) return `must begin with one of ${[...DEA_LETTERS].join(', ')}`;
  if (/[0-8]/.test(second)) return 'must have a letter or 9 in the second place';
  return weightedHolds(digits) ? null : 'has a wrong check digit';
}

/** Who a well-formed DEA number is for, by its first letter. Mid-level practitioners (M) are NPs, PAs and others whom their state authorises. */
export function deaRegistrant(text: string): 'practitioner-or-institution' | 'mid-level-practitioner' | 'distributor-or-other' | null {
  if (deaProblem(text) !== null) return null;
  if (text.startsWith('M')) return 'mid-level-practitioner';
  return /^[PR]/.test(text) ? 'distributor-or-other' : 'practitioner-or-institution';
}

/** What is wrong with an NCPDP provider id. Leading zeros are real: it is text. */
export function ncpdpProblem(text: string): string | null {
  if (!/^[0-9]{7}$/.test(text)) return 'must be seven digits';
  return weightedHolds(text) ? null : 'has a wrong check digit';
}

/** What is wrong with a UNII, the key of a substance at salt level. The check character does not catch swapped characters. */
export function uniiProblem(text: string): string | null {
  if (!/^[0-9A-Z]{10}$/.test(text)) return 'must be ten digits or capital letters';
  let sum = 0;
  for (const character of text.slice(0, 9)) sum += Number.parseInt(character, 36);
  return (sum % 36).toString(36).toUpperCase() === text[9] ? null : 'has a wrong check character';
}

/** What is wrong with an FDA establishment identifier. It has no check digit. */
export function feiProblem(text: string): string | null {
  return /^([0-9]{7}|[0-9]{10})$/.test(text) ? null : 'must be seven or ten digits';
}

/** What is wrong with a D-U-N-S number. It has no check digit that is safe to rely on. */
export function dunsProblem(text: string): string | null {
  return /^[0-9]{9}$/.test(text) ? null : 'must be nine digits';
}

/** What is wrong with an RxNorm concept id. */
export function rxcuiProblem(text: string): string | null {
  return /^[1-9][0-9]{0,7}$/.test(text) ? null : 'must be a positive whole number of at most eight digits';
}
