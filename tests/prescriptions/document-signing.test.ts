import { createHash } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK, flattenedVerify, generateKeyPair, type JWK } from 'jose';
import { expect, test } from 'vitest';
import { canonicalText, digestOf } from '../../subgraphs/prescriptions/document/canonical.ts';
import { signTwice } from '../../subgraphs/prescriptions/document/sign-document.ts';

interface Signature {
  readonly protected: string;
  readonly signature: string;
}

const text = canonicalText({ schema: 'gf-order/2', order: { id: 'ord_x' }, note: 'é 🙂 \u2028', amount: '2.50' });

async function pair() {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  const jwk: JWK = await exportJWK(publicKey);
  return { open: { kid: await calculateJwkThumbprint(jwk), key: privateKey }, publicKey };
}

async function signed() {
  const [prescriber, platform] = [await pair(), await pair()];
  const jws = await signTwice(text, prescriber.open, platform.open);
  const parts = JSON.parse(jws) as { payload: string; signatures: [Signature, Signature] };
  return { prescriber, platform, parts };
}

const header = (encoded: string): unknown => JSON.parse(Buffer.from(encoded, 'base64url').toString('utf8'));

test('carries exactly two signatures over the canonical bytes, each good to a plain JOSE verifier with its own key', async () => {
  const { prescriber, platform, parts } = await signed();
  const [first, second] = parts.signatures;
  expect(Object.keys(parts)).toEqual(['payload', 'signatures']);
  expect(parts.signatures.map((one) => Object.keys(one))).toEqual([
    ['protected', 'signature'],
    ['protected', 'signature'],
  ]);
  expect(Buffer.from(parts.payload, 'base64url').toString('utf8')).toBe(text);
  expect(header(first.protected)).toEqual({ alg: 'ES256', typ: 'gf-order+jws', kid: prescriber.open.kid, role: 'prescriber' });
  const over = createHash('sha256').update(first.signature).digest('base64url');
  expect(header(second.protected)).toEqual({ alg: 'ES256', typ: 'gf-order+jws', kid: platform.open.kid, role: 'platform', over });
  for (const [signature, key] of [
    [first, prescriber.publicKey],
    [second, platform.publicKey],
  ] as const) {
    const { payload } = await flattenedVerify({ payload: parts.payload, ...signature }, key);
    expect(digestOf(new TextDecoder().decode(payload))).toBe(digestOf(text));
  }
});

test('fits neither the other key nor another payload', async () => {
  const { prescriber, platform, parts } = await signed();
  const [first, second] = parts.signatures;
  const other = Buffer.from(text.replace('2.50', '25.0')).toString('base64url');
  await expect(flattenedVerify({ payload: parts.payload, ...first }, platform.publicKey)).rejects.toThrow();
  await expect(flattenedVerify({ payload: parts.payload, ...second }, prescriber.publicKey)).rejects.toThrow();
  await expect(flattenedVerify({ payload: other, ...first }, prescriber.publicKey)).rejects.toThrow();
  await expect(
    flattenedVerify({ payload: parts.payload, protected: second.protected, signature: first.signature }, prescriber.publicKey),
  ).rejects.toThrow();
});
