/**
 * What a patient carries as a QR code, read again: a compact JWS of the platform's with a deflated payload. Pure but for the
 * cryptography, as `signed-document.ts` is. By itself it says which order is meant and that the platform said so, no more.
 */

import { inflateRawSync } from 'node:zlib';
import canonicalize from 'canonicalize';
import { compactVerify, decodeProtectedHeader } from 'jose';
import { z } from 'zod';
import { because, type Check, fail, pass, unknown } from './check.ts';
import { type DocumentKey, openKey } from './signed-document.ts';

/** The longest text that is looked at, and the most that may come out of it. A QR code holds less. */
const LONGEST = 4_096;

const payloadShape = z.strictObject({
  v: z.literal(1),
  ord: z.string().max(64),
  dig: z.string().length(43),
  kid: z.string().max(64),
  iat: z.number().int().positive(),
  exp: z.number().int().positive(),
  sta: z.string().max(200),
});

/** A short form taken apart, not yet believed. */
export interface ReadShortForm {
  readonly orderId: string;
  /** SHA-256 of the signed document, lower-case hex. */
  readonly documentDigest: string;
  /** Of the platform's key. */
  readonly kid: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly text: string;
}

/** Takes a short form apart; null when the text is none. */
export function readShortForm(text: string): ReadShortForm | null {
  const trimmed = text.trim();
  const parts = trimmed.split('.');
  if (trimmed.length > LONGEST || parts.length !== 3) return null;
  try {
    const header = decodeProtectedHeader(trimmed);
    const { alg, zip, typ, kid } = header as Record<string, unknown>;
    if (Object.keys(header).length !== 4 || alg !== 'ES256' || zip !== 'DEF' || typ !== 'gf-short+jws' || typeof kid !== 'string')
      return null;
    const said = inflateRawSync(Buffer.from(parts[1] ?? '', 'base64url'), { maxOutputLength: LONGEST }).toString('utf8');
    const payload = payloadShape.parse(JSON.parse(said));
    if (canonicalize(payload) !== said) return null;
    const documentDigest = Buffer.from(payload.dig, 'base64url').toString('hex');
    if (documentDigest.length !== 64) return null;
    return { orderId: payload.ord, documentDigest, kid, issuedAt: payload.iat * 1000, expiresAt: payload.exp * 1000, text: trimmed };
  } catch {
    return null;
  }
}

/** Whether the platform made it, with a key that was good then, and it has not run out. Keys that could not be read are null. */
export async function shortFormCheck(form: ReadShortForm | null, keys: readonly DocumentKey[] | null, now: Date): Promise<Check> {
  const code = 'SHORT_FORM';
  if (form === null) return because('SHORT_FORM_UNREADABLE', fail(code, 'The text is no short form of an order.'));
  if (keys === null) return unknown(code, 'The keys could not be read.');
  const key = keys.find(({ kid, purpose }) => kid === form.kid && purpose === 'PLATFORM');
  const opened = key === undefined ? null : await openKey(key.publicJwk);
  if (key === undefined || opened?.thumbprint !== key.kid)
    return because('KEY_NOT_REGISTERED', fail(code, 'Its key is not registered as the platform’s.'));
  const holds = await compactVerify(form.text, opened.key, { algorithms: ['ES256'] }).then(
    () => true,
    () => false,
  );
  if (!holds) return because('SIGNATURE_WRONG', fail(code, 'Its signature does not fit.'));
  const until = key.validUntil === null ? Number.POSITIVE_INFINITY : Date.parse(key.validUntil);
  if (!(Date.parse(key.validFrom) <= form.issuedAt && form.issuedAt < until))
    return because('KEY_NOT_IN_USE', fail(code, 'Its key was not valid when it was issued.'));
  if (key.invalidSince !== null)
    return because('KEY_REVOKED_SINCE', unknown(code, 'Its key was revoked since.', 'Ask the clinic for another.'));
  if (form.expiresAt <= now.getTime())
    return because(
      'SHORT_FORM_EXPIRED',
      fail(code, `It was good until ${new Date(form.expiresAt).toISOString()}.`, 'Ask the clinic for another.'),
    );
  return pass(code, 'The platform issued it, and it has not run out.');
}
