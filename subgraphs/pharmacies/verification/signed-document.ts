/**
 * Whether a text is an order that a prescriber and the platform signed. Pure but for the cryptography: no database, no
 * clock, no network, so that a pharmacy whose line is down can run the same check. Offline it proves authenticity at
 * most: another pharmacy may hold the claim.
 */

import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { calculateJwkThumbprint, flattenedVerify, importJWK, type JWK } from 'jose';
import { sha256Of } from '#kernel/keys.ts';
import { type OrderDocument, orderDocument, orderSchemas } from './document-shape.ts';
import { type Problem, problem } from './problem.ts';

/** A public key of the registry, with the time it is good for. */
export interface DocumentKey {
  readonly kid: string;
  readonly purpose: string;
  /** The practitioner whose key it is, or `goodfaith` for the platform's. */
  readonly sub: string;
  readonly publicJwk: unknown;
  readonly validFrom: string;
  readonly validUntil: string | null;
  /** Set when it was revoked: nothing it signed is believed without proof of being older. */
  readonly invalidSince: string | null;
}

interface Signature {
  readonly protected: string;
  readonly signature: string;
}

/** A document taken apart, not yet believed. */
export interface SignedDocument {
  readonly content: OrderDocument;
  readonly payload: string;
  readonly signatures: readonly [Signature, Signature];
  readonly headers: readonly [Header, Header];
  /** SHA-256 of the payload's bytes, lower-case hex. */
  readonly digest: string;
}

type Header = Readonly<Record<string, unknown>>;

/** Takes a document apart, or says in words why it is none. Every deviation is refused: two readers must never see two orders in one text. */
export function readSignedDocument(jws: string): SignedDocument | Problem {
  const outer = parsed(jws);
  if (!isObject(outer) || !hasExactly(outer, ['payload', 'signatures']))
    return problem('NO_JWS', 'It is not a payload with signatures and nothing else.');
  const { payload, signatures } = outer;
  if (typeof payload !== 'string' || !Array.isArray(signatures) || signatures.length !== 2)
    return problem('SIGNATURE_COUNT', 'It does not carry exactly two signatures.');
  if (!signatures.every(isSignature))
    return problem('SIGNATURE_SHAPE', 'A signature has other members than a protected header and the signature.');
  const [first, second] = signatures as [Signature, Signature];

  const bytes = bytesOf(payload);
  const text = bytes === null ? null : utf8(bytes);
  if (bytes === null || text === null) return problem('PAYLOAD_ENCODING', 'The payload is not UTF-8 in base64url.');
  const value = parsed(text);
  // Also what catches a member that is written twice.
  if (value === undefined || canonicalize(value) !== text)
    return problem('PAYLOAD_NOT_CANONICAL', 'The payload is not in its canonical form (RFC 8785).');
  if (isObject(value) && !orderSchemas.some((known) => known === value['schema']))
    return problem('DOCUMENT_VERSION_UNKNOWN', 'The payload is of a version that is not known here.');
  const content = orderDocument.safeParse(value);
  if (!content.success)
    return problem(
      'DOCUMENT_SHAPE',
      `The payload is no order: ${content.error.issues[0]?.path.join('.') || 'its schema'} is missing or wrong.`,
    );

  const headers = [headerOf(first), headerOf(second)] as const;
  if (headers[0] === null || headers[1] === null) return problem('HEADER_UNREADABLE', 'A protected header cannot be read.');
  return {
    content: content.data,
    payload,
    signatures: [first, second],
    headers: [headers[0], headers[1]],
    digest: createHash('sha256').update(bytes).digest('hex'),
  };
}

/** The key that made a signature, or in words why there is none. */
export type SignatureCheck = { readonly key: DocumentKey } | Problem;

/** The first signature: the prescriber's, by a key that is registered as theirs and no one else's. */
export function checkPrescriberSignature(document: SignedDocument, keys: readonly DocumentKey[]): Promise<SignatureCheck> {
  const [header] = document.headers;
  if (!hasExactly(header, ['alg', 'typ', 'kid', 'role']))
    return wrong('HEADER_WRONG', 'Its header has other members than alg, typ, kid and role.');
  return checkSignature(
    document,
    0,
    'prescriber',
    keys.filter((key) => key.purpose === 'PRESCRIBER' && key.sub === document.content.prescriber.id),
  );
}

/** The second signature: the platform's, over the same bytes and tied to the first by its hash. */
export function checkPlatformSignature(document: SignedDocument, keys: readonly DocumentKey[]): Promise<SignatureCheck> {
  const [, header] = document.headers;
  if (!hasExactly(header, ['alg', 'typ', 'kid', 'role', 'over']))
    return wrong('HEADER_WRONG', 'Its header has other members than alg, typ, kid, role and over.');
  if (header['over'] !== sha256Of(document.signatures[0].signature))
    return wrong('OTHER_SIGNATURE_COVERED', 'It was made over another signature of the prescriber.');
  return checkSignature(
    document,
    1,
    'platform',
    keys.filter((key) => key.purpose === 'PLATFORM'),
  );
}

// Each with its own key and by itself: a check that is content with any one signature would accept a stranger's first.
async function checkSignature(document: SignedDocument, index: 0 | 1, role: string, keys: readonly DocumentKey[]): Promise<SignatureCheck> {
  const header = document.headers[index];
  if (header['alg'] !== 'ES256' || header['typ'] !== 'gf-order+jws' || header['role'] !== role)
    return wrong('HEADER_WRONG', `Its header is not that of a ${role}'s signature.`);
  const key = keys.find((candidate) => candidate.kid === header['kid']);
  if (!key) return wrong('KEY_NOT_REGISTERED', `Its key is not registered as the ${role}'s.`);
  const known = await openKey(key.publicJwk);
  if (known === null || known.thumbprint !== key.kid) return wrong('KEY_ID_WRONG', 'The registered key is not the one its id names.');
  const signature = document.signatures[index];
  try {
    await flattenedVerify({ payload: document.payload, ...signature }, known.key, { algorithms: ['ES256'] });
    return { key };
  } catch {
    return wrong('SIGNATURE_WRONG', 'It does not fit the document.');
  }
}

const wrong = (...found: Parameters<typeof problem>): Promise<SignatureCheck> => Promise.resolve(problem(...found));

/** A public key ready to verify with, and the thumbprint of what it was made from. */
interface OpenedKey {
  readonly key: Awaited<ReturnType<typeof importJWK>>;
  readonly thumbprint: string;
}

// By what the key is made of and never by its id: a registry that says another key under the same id gets that one looked at.
const opened = new Map<string, OpenedKey>();
const MOST_OPENED = 1_000;

/** A public key, opened once. Reading one takes longer than verifying with it, and few sign many. Bounded: the one that was opened first goes first. */
export async function openKey(publicJwk: unknown): Promise<OpenedKey | null> {
  const jwk = publicKeyOf(publicJwk);
  if (jwk === null) return null;
  const name = `${jwk.x} ${jwk.y}`;
  const known = opened.get(name);
  if (known !== undefined) return known;
  const key = await importJWK(jwk, 'ES256').catch(() => null);
  if (key === null) return null;
  const read = { key, thumbprint: await calculateJwkThumbprint(jwk) };
  const [first] = opened.keys();
  if (opened.size >= MOST_OPENED && first !== undefined) opened.delete(first);
  opened.set(name, read);
  return read;
}

// Only what makes a P-256 public key is taken over: no private part, no other use, no algorithm of the registry's choosing.
function publicKeyOf(jwk: unknown): JWK | null {
  if (!isObject(jwk)) return null;
  const { kty, crv, x, y } = jwk;
  if (kty !== 'EC' || crv !== 'P-256' || typeof x !== 'string' || typeof y !== 'string') return null;
  return { kty, crv, x, y };
}

function isSignature(value: unknown): value is Signature {
  return (
    isObject(value) &&
    hasExactly(value, ['protected', 'signature']) &&
    typeof value['protected'] === 'string' &&
    typeof value['signature'] === 'string'
  );
}

function headerOf(signature: Signature): Header | null {
  const bytes = bytesOf(signature.protected);
  const text = bytes === null ? null : utf8(bytes);
  const value = text === null ? undefined : parsed(text);
  // A header that does not print as it parses has a member twice or hides in spelling.
  return isObject(value) && JSON.stringify(value) === text ? value : null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function hasExactly(value: Readonly<Record<string, unknown>>, members: readonly string[]): boolean {
  const names = Object.keys(value);
  return names.length === members.length && members.every((member) => Object.hasOwn(value, member));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

// base64url spells the same bytes in several ways; only the one that comes out again is accepted.
function bytesOf(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text ? bytes : null;
}

function utf8(bytes: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}
