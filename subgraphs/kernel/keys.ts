/** Where every key comes from: one secret a subgraph, and one derived key a purpose, so that no key serves two. */
import { createHash, createPrivateKey, createPublicKey, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { join } from 'node:path';
import type { SubgraphName } from './names.ts';

/** An Ed25519 private key in PKCS#8 is this header and its 32-byte seed (RFC 8410 §7). */
const ed25519Header = Buffer.from('302e020100300506032b657004220420', 'hex');

const secretBytes = 32;

/** A key for one purpose from a secret of 32 bytes in base64url. Whoever holds it learns neither the secret nor another purpose's key. */
export function deriveKey(secret: string, purpose: string): Buffer {
  const bytes = Buffer.from(secret, 'base64url');
  if (bytes.length !== secretBytes) throw new Error('A secret is 32 bytes in base64url');
  return Buffer.from(hkdfSync('sha256', bytes, Buffer.alloc(0), `goodfaith:${purpose}`, 32));
}

/** One subgraph's own secret when all four run from one root. A subgraph never sees the root, so it cannot make its neighbours' keys. */
export function subgraphSecret(root: string, name: SubgraphName): string {
  return deriveKey(root, `subgraph:${name}`).toString('base64url');
}

/** Where the root of an instance that runs from a folder is kept. */
export function rootSecretPath(dataDir: string): string {
  return join(dataDir, 'keys', 'root');
}

/** An Ed25519 pair from a secret: the same secret gives the same pair on every machine, so replicas need no key exchange. */
export function signingPairOf(secret: string, purpose: string): { privateKey: KeyObject; publicKey: KeyObject } {
  const der = Buffer.concat([ed25519Header, deriveKey(secret, purpose)]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  return { privateKey, publicKey: createPublicKey(privateKey) };
}

/** The 32 bytes of an Ed25519 public key in base64url, as they stand in `ASK_KEYS`. */
export function publicKeyText(publicKey: KeyObject): string {
  const { crv, x } = publicKey.export({ format: 'jwk' });
  if (crv !== 'Ed25519' || x === undefined) throw new Error('Not an Ed25519 key');
  return x;
}

/** The other way round of `publicKeyText`. Throws when the text is no Ed25519 public key. */
export function publicKeyOf(text: string): KeyObject {
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: text }, format: 'jwk' });
}

/** SHA-256 in base64url: how a token, a document or a body is named without being kept. */
export function sha256Of(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('base64url');
}

/** Compares two texts in a time that depends on their length alone. */
export function isSameText(a: string, b: string): boolean {
  const left = Buffer.from(a, 'utf8');
  const right = Buffer.from(b, 'utf8');
  return left.length === right.length && timingSafeEqual(left, right);
}
