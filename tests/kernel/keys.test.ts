import { createPublicKey, sign, verify } from 'node:crypto';
import { expect, test } from 'vitest';
import { deriveKey, isSameText, publicKeyOf, publicKeyText, sha256Of, signingPairOf } from '#kernel/keys.ts';

const secret = Buffer.alloc(32, 7).toString('base64url');

test('a secret gives another key for every purpose, and the same one each time', () => {
  expect(deriveKey(secret, 'hop').toString('hex')).toBe('42f0894bd99cfd66749280a3c3a5653a395823e219ce1ab347848a227e57bc45');
  expect(deriveKey(secret, 'hop')).toEqual(deriveKey(secret, 'hop'));
  expect(deriveKey(secret, 'database')).not.toEqual(deriveKey(secret, 'hop'));
  expect(deriveKey(Buffer.alloc(32, 8).toString('base64url'), 'hop')).not.toEqual(deriveKey(secret, 'hop'));
});

test('refuses a secret that is not 32 bytes', () => {
  for (const short of ['', 'geheim', Buffer.alloc(31).toString('base64url'), Buffer.alloc(33).toString('base64url')]) {
    expect(() => deriveKey(short, 'hop')).toThrow('A secret is 32 bytes in base64url');
  }
});

test('a signing pair is the same on every machine, and its public text leads back to the key', () => {
  const pair = signingPairOf(secret, 'ask');
  const text = publicKeyText(signingPairOf(secret, 'ask').publicKey);
  expect(text).toMatch(/^[\w-]{43}$/);
  const signature = sign(null, Buffer.from('facts'), pair.privateKey);
  expect(verify(null, Buffer.from('facts'), publicKeyOf(text), signature)).toBe(true);
  expect(verify(null, Buffer.from('Facts'), publicKeyOf(text), signature)).toBe(false);
  expect(verify(null, Buffer.from('facts'), signingPairOf(secret, 'documents').publicKey, signature)).toBe(false);
});

test('only an Ed25519 public key has a public text', () => {
  expect(() => publicKeyOf('short')).toThrow();
  const p256 = createPublicKey({
    key: { kty: 'EC', crv: 'P-256', x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU', y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0' },
    format: 'jwk',
  });
  expect(() => publicKeyText(p256)).toThrow('Not an Ed25519 key');
});

test('names a text by its SHA-256', () => {
  expect(sha256Of('')).toBe('47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU');
});

test('the same text is the same, whatever its length', () => {
  expect([isSameText('', ''), isSameText('a', 'a'), isSameText('a', 'b'), isSameText('a', 'aa'), isSameText('é', 'e')]).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});
