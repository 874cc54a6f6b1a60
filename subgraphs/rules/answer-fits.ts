/** Whether one answer fits its question: its type, its range, its length, its choices. */

import { isDay, isInstant } from './dates.ts';
import type { FhirExtension, FhirItem } from './questionnaire-item.ts';

/** The longest text of a question that sets no limit of its own, in characters. */
const LONGEST_TEXT = 4000;

const FHIR = 'http://hl7.org/fhir/StructureDefinition';
const TIME = /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/;

/** Whether an answer says nothing: such a one counts as none. */
export function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || (typeof value === 'string' && value.trim() === '');
}

/** Why an answer cannot be taken; null for one that fits. An empty one always does. */
export function misfit(item: FhirItem, value: unknown): string | null {
  if (isEmpty(value)) return null;
  switch (item.type) {
    case 'boolean':
      return typeof value === 'boolean' ? null : 'must be true or false';
    case 'integer':
      return Number.isSafeInteger(value) ? outOfRange(item, value as number) : 'must be a whole number';
    case 'decimal':
      return Number.isFinite(value) ? (outOfRange(item, value as number) ?? tooFine(item, value as number)) : 'must be a number';
    case 'date':
      return isDay(value) ? outOfRange(item, value) : 'must be a date (YYYY-MM-DD) that exists';
    case 'dateTime':
      return isInstant(value) ? outOfRange(item, value) : 'must be a moment (RFC 3339, with offset) that exists';
    case 'time':
      return typeof value === 'string' && TIME.test(value) ? null : 'must be a time of day (HH:MM or HH:MM:SS)';
    case 'choice': {
      const codes = (item.answerOption ?? []).map((option) => option.valueCoding.code);
      return codes.some((code) => code === value) ? null : `must be one of ${codes.join(', ')}`;
    }
    case 'url':
      return typeof value === 'string' && URL.canParse(value) ? wrongText(item, value) : 'must be an address (URL)';
    case 'group':
    case 'display':
      return 'is a heading and takes no answer';
    default:
      return typeof value === 'string' ? wrongText(item, value) : 'must be text';
  }
}

function wrongText(item: FhirItem, text: string): string | null {
  if (text.includes('\u0000')) return 'must not contain the character U+0000';
  const most = item.maxLength ?? LONGEST_TEXT;
  if (text.length > most) return `must not be longer than ${most} characters`;
  const least = extension(item, 'minLength')?.valueInteger;
  return least !== undefined && text.trim().length < least ? `must have at least ${least} characters` : null;
}

function outOfRange(item: FhirItem, value: number | string): string | null {
  const [least, most] = [boundOf(extension(item, 'minValue')), boundOf(extension(item, 'maxValue'))];
  if (least !== undefined && isBefore(value, least)) return `must not be less than ${least}`;
  return most !== undefined && isBefore(most, value) ? `must not be more than ${most}` : null;
}

// What cannot be compared, such as a number with a day, must not let anything through.
function isBefore(a: number | string, b: number | string): boolean {
  if (typeof a !== typeof b) return true;
  if (typeof a === 'string' && typeof b === 'string' && a.includes('T') && b.includes('T')) return Date.parse(a) < Date.parse(b);
  return a < b;
}

function tooFine(item: FhirItem, value: number): string | null {
  const places = extension(item, 'maxDecimalPlaces')?.valueInteger;
  if (places === undefined || Number(value.toFixed(places)) === value) return null;
  return `must not have more than ${places} decimal places`;
}

function extension(item: FhirItem, name: string): FhirExtension | undefined {
  return item.extension?.find(({ url }) => url === `${FHIR}/${name}`);
}

function boundOf(bound: FhirExtension | undefined): number | string | undefined {
  return bound?.valueInteger ?? bound?.valueDecimal ?? bound?.valueDate ?? bound?.valueDateTime;
}
