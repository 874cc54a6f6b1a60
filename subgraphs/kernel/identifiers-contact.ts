/** Where and how to reach a person: states, telephone numbers, e-mail, postal codes. A problem is a phrase after the field's path; null is none. */

/** The 50 states and DC: the only places whose rules are known, so the only ones a patient or clinic can be in. */
export const usStates = [
  'AL',
  'AK',
  'AZ',
  'AR',
  'CA',
  'CO',
  'CT',
  'DE',
  'DC',
  'FL',
  'GA',
  'HI',
  'ID',
  'IL',
  'IN',
  'IA',
  'KS',
  'KY',
  'LA',
  'ME',
  'MD',
  'MA',
  'MI',
  'MN',
  'MS',
  'MO',
  'MT',
  'NE',
  'NV',
  'NH',
  'NJ',
  'NM',
  'NY',
  'NC',
  'ND',
  'OH',
  'OK',
  'OR',
  'PA',
  'RI',
  'SC',
  'SD',
  'TN',
  'TX',
  'UT',
  'VT',
  'VA',
  'WA',
  'WV',
  'WI',
  'WY',
] as const;

/** The postal code of a state or of DC. */
export type UsStateCode = (typeof usStates)[number];

const territories = ['AS', 'GU', 'MP', 'PR', 'VI', 'UM'];
const military = ['AA', 'AE', 'AP'];
const associated = ['FM', 'MH', 'PW'];

/** Whether the text is the code of a state or of DC. */
export function isUsState(text: string): text is UsStateCode {
  return (usStates as readonly string[]).includes(text);
}

/** What is wrong with a state's code. Territories and military addresses are refused: they select no rule set. */
export function usStateProblem(text: string): string | null {
  if (isUsState(text)) return null;
  if (territories.includes(text)) return 'is a territory, for which no rules are recorded';
  if (military.includes(text)) return 'is a military address, which says nothing of where the patient is';
  if (associated.includes(text)) return 'is a freely associated state, for which no rules are recorded';
  return 'must be the two-letter code of a state or of DC';
}

/** What is wrong with a telephone number: E.164 within the North American Numbering Plan. It is no proof of a US location. */
export function phoneProblem(text: string): string | null {
  if (/^\+1[2-9](?!11)[0-9]{2}[2-9](?!11)[0-9]{2}[0-9]{4}$/.test(text)) return null;
  if (!text.startsWith('+')) return 'must be written with + and the country code, like +15125550142';
  return 'must be +1 and ten digits of a number that can exist, like +15125550142';
}

const LONGEST_EMAIL = 254;
const LONGEST_LOCAL_PART = 64;

/** What is wrong with an e-mail address, as far as its text can say; only a message that arrives proves one. */
export function emailProblem(text: string): string | null {
  const at = text.lastIndexOf('@');
  const local = text.slice(0, Math.max(at, 0));
  const domain = text.slice(at + 1);
  if (text.length > LONGEST_EMAIL || local.length > LONGEST_LOCAL_PART) return 'is too long for an e-mail address';
  const readable = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/.test(local);
  const reachable = /^([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])$/.test(domain);
  return readable && reachable ? null : 'must be an e-mail address like name@example.com';
}

/** What is wrong with a postal code: five digits, or nine as ZIP+4. */
export function postalCodeProblem(text: string): string | null {
  if (!/^[0-9]{5}(-[0-9]{4})?$/.test(text)) return 'must be a ZIP code like 78704 or 78704-1234';
  return text.startsWith('00000') ? 'is no ZIP code in use' : null;
}
