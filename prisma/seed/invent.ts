import { createHash } from 'node:crypto';
import { fromUUID } from 'typeid-js';

/** Everything invented for the sandbox comes from this one seed, so that two machines get the same world. */
export const SEED = 'goodfaith-2026';

/** Ids look made at this moment; only their order tells. */
const MADE_AT = Date.UTC(2026, 0, 5, 15, 0, 0);

function digestOf(label: string): Buffer {
  return createHash('sha256').update(`${SEED}:${label}`).digest();
}

/** The stored id of an invented thing: a UUID version 7 that depends on its label alone. */
export function uuidOf(label: string): string {
  const bytes = digestOf(label).subarray(0, 16);
  bytes.writeUIntBE(MADE_AT, 0, 6);
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** The public form of `uuidOf`. */
export function idOf(prefix: string, label: string): string {
  return fromUUID(uuidOf(label), prefix);
}

/** A whole number below `below`, the same for the same label every time. */
export function pick(label: string, below: number): number {
  return digestOf(label).readUInt32BE(0) % below;
}

/** One of a list, the same for the same label every time. */
export function oneOf<T>(label: string, list: readonly T[]): T {
  const item = list[pick(label, list.length)];
  if (item === undefined) throw new Error('Nothing to pick from.');
  return item;
}

/** Digits that depend on the label. */
export function digits(label: string, count: number): string {
  return [...digestOf(label).toString('hex')]
    .map((digit) => (Number.parseInt(digit, 16) % 10).toString())
    .slice(0, count)
    .join('');
}

/** An NPI whose check digit is right (Luhn over 80840 and nine digits; ISO/IEC 7812-1). It was never issued to anyone on purpose. */
export function npiOf(label: string): string {
  const payload = `1${digits(`npi:${label}`, 8)}`;
  const sum = [...`80840${payload}`].reverse().reduce((total, digit, index) => {
    const doubled = Number(digit) * (index % 2 === 0 ? 2 : 1);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return `${payload}${(10 - (sum % 10)) % 10}`;
}

/** A DEA number with its check digit: first letter by class of registrant, second the initial of the last name. */
export function deaOf(label: string, first: 'B' | 'F' | 'M', initial: string): string {
  const body = digits(`dea:${label}`, 6);
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = [...body].map(Number);
  return `${first}${initial.toUpperCase()}${body}${(a + c + e + 2 * (b + d + f)) % 10}`;
}

/** An NCPDP provider id: state prefix, four digits and the check digit of the same weights. */
export function ncpdpOf(label: string, prefix: string): string {
  const body = `${prefix}${digits(`ncpdp:${label}`, 4)}`;
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = [...body].map(Number);
  return `${body}${(a + c + e + 2 * (b + d + f)) % 10}`;
}
