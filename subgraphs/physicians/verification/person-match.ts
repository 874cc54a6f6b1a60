import { createHash } from 'node:crypto';
import { isDay } from '#rules/dates.ts';

/** Letters that are one sign and not a letter with an accent, as lists in plain Latin write them. */
const plainLetters: Readonly<Record<string, string>> = {
  ...{ Æ: 'AE', Œ: 'OE', Ø: 'O', Đ: 'D', Ð: 'D', Ł: 'L', Þ: 'TH', ẞ: 'SS', Ħ: 'H', Ŧ: 'T', Ŋ: 'NG', Ə: 'A', Ɓ: 'B', Ɗ: 'D', Ƙ: 'K' },
};

const suffixes: readonly string[] = ['JR', 'SR', 'II', 'III', 'IV', 'MD', 'DO'];

/**
 * A name as it is compared: capitals, no accents, no suffix, letters only. Lists write O'NEIL, ONEIL and O NEIL for one person. A suffix is
 * one only behind a name: somebody may be called Do or Md. Empty for a name that has letters without a Latin counterpart: it cannot be compared.
 */
export function plainName(name: string): string {
  const letters = name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toUpperCase()
    .replace(/[^A-Z\s]/gu, (sign) => plainLetters[sign] ?? sign);
  if (/(?![A-Z])[\p{Lu}\p{Ll}\p{Lt}\p{Lo}]/u.test(letters)) return '';
  const words = letters.split(/[\s,]+/).flatMap((word) => word.replace(/[^A-Z]/g, '') || []);
  while (words.length > 1 && suffixes.includes(words.at(-1) ?? '')) words.pop();
  return words.join('');
}

/** The given name that lists have first, as it is compared. */
export function plainGivenName(name: string): string {
  return plainName(name.trim().split(/\s+/)[0] ?? '');
}

/** Whether two given names can be one person's: lists cut them short, add middle names and leave them out. */
export function sameGivenName(one: string, other: string): boolean {
  const [a, b] = [plainGivenName(one), plainGivenName(other)];
  return a.startsWith(b) || b.startsWith(a);
}

/** Whether a family name is the same. What cannot be compared is not. */
export function sameFamilyName(one: string, other: string): boolean {
  const name = plainName(one);
  return name !== '' && name === plainName(other);
}

/** The digest of what names a row. */
export function keyOf(...parts: readonly (string | null)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** A day as lists write it: 20260131, 01/31/2026, 2026-01-31. Null for none, undefined for what is no day. */
export function dayRead(text: string): string | null | undefined {
  if (text === '' || /^0+$/.test(text)) return null;
  const day = text.replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3').replace(/^(\d{1,2})\/(\d{1,2})\/(\d{4})$/, (_all, month, date, year) => {
    return `${year}-${String(month).padStart(2, '0')}-${String(date).padStart(2, '0')}`;
  });
  return isDay(day) ? day : undefined;
}
