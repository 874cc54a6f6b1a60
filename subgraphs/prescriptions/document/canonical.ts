import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

/** The one text of a JSON value (RFC 8785): what is signed, digested and stored. */
export function canonicalText(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new Error('Only JSON has a canonical text.');
  return text;
}

/** SHA-256 of a text in UTF-8 as lower-case hex: how documents are named. */
export function digestOf(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

/** Reads a text that claims to be canonical; null when it is not. A doubled member is among what this catches. */
export function parseCanonical(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return canonicalize(value) === text ? value : null;
  } catch {
    return null;
  }
}
