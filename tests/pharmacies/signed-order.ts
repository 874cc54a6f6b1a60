import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import canonicalize from 'canonicalize';
import { calculateJwkThumbprint, FlattenedSign } from 'jose';
import { sha256Of } from '#kernel/keys.ts';

/** A document key as the registry publishes it, with its private half. */
export interface TestKey {
  readonly privateKey: KeyObject;
  readonly published: {
    kid: string;
    purpose: 'PRESCRIBER' | 'PLATFORM';
    sub: string;
    publicJwk: Record<string, unknown>;
    validFrom: string;
    validUntil: string | null;
    invalidSince: string | null;
  };
}

export async function testKey(purpose: 'PRESCRIBER' | 'PLATFORM', sub: string): Promise<TestKey> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { kty, crv, x, y } = publicKey.export({ format: 'jwk' });
  const kid = await calculateJwkThumbprint({ kty: kty as string, crv: crv as string, x: x as string, y: y as string });
  const publicJwk = { kty, crv, x, y, kid, alg: 'ES256', use: 'sig' };
  return {
    privateKey,
    published: { kid, purpose, sub, publicJwk, validFrom: '2026-01-01T00:00:00.000Z', validUntil: null, invalidSince: null },
  };
}

type Header = Record<string, unknown>;
type Part = { protected: string; signature: string };

/** One signature over a payload, with whatever header a forger likes. */
export async function signPart(payload: string, key: KeyObject, header: Header): Promise<Part> {
  const signed = await new FlattenedSign(Buffer.from(payload, 'base64url')).setProtectedHeader(header as { alg: string }).sign(key);
  return { protected: signed.protected ?? '', signature: signed.signature };
}

export const prescriberHeader = (kid: string): Header => ({ alg: 'ES256', typ: 'gf-order+jws', kid, role: 'prescriber' });
export const platformHeader = (kid: string, over: string): Header => ({
  alg: 'ES256',
  typ: 'gf-order+jws',
  kid,
  role: 'platform',
  over: sha256Of(over),
});

/** A document in its canonical form, base64url. */
export const payloadOf = (content: unknown) => Buffer.from(canonicalize(content) ?? '').toString('base64url');

export const digestOf = (payload: string) => createHash('sha256').update(Buffer.from(payload, 'base64url')).digest('hex');

/** Both signatures as `prescriptions` makes them. */
export async function signOrder(content: unknown, prescriber: TestKey, platform: TestKey): Promise<{ jws: string; digest: string }> {
  const payload = payloadOf(content);
  const first = await signPart(payload, prescriber.privateKey, prescriberHeader(prescriber.published.kid));
  const second = await signPart(payload, platform.privateKey, platformHeader(platform.published.kid, first.signature));
  return { jws: JSON.stringify({ payload, signatures: [first, second] }), digest: digestOf(payload) };
}
