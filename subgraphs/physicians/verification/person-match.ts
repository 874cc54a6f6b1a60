import { createHash } from 'node:crypto';
import { isDay } from '#rules/dates.ts';

/** A name as it is compared: capitals, no accents, no suffix, letters only. Lists write O'NEIL, ONEIL and O NEIL for one person. */
export function plainName(name: string): string {
  return name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toUpperCase()
    .replace(/\b(JR|SR|II|III|IV|MD|DO)\b\.?/g, '')
    .replace(/[^A-Z]/g, '');
}

/** Whether two given names can be one person's: lists cut them short and add middle names. */
export function sameGivenName(one: string, other: string): boolean {
  const [a, b] = [one, other].map((name) => plainName(name.trim().split(/\s+/)[0] ?? ''));
  return a !== undefined && b !== undefined && a !== '' && b !== '' && (a.startsWith(b) || b.startsWith(a));
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
