import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { deriveKey } from '#kernel/keys.ts';
import type { SubgraphName } from '#kernel/names.ts';
import { createdOnce } from './created-once.ts';

/** The secret under everything the embedded instance encrypts and signs, made once. Deleting it makes the data folder unreadable. */
export function rootSecretIn(dataDir: string): string {
  return createdOnce(join(dataDir, 'keys', 'root'), randomSecret);
}

/** One subgraph's own secret when all four run from one root. A subgraph never sees the root, so it cannot make its neighbours' keys. */
export function subgraphSecret(root: string, name: SubgraphName): string {
  return deriveKey(root, `subgraph:${name}`).toString('base64url');
}

/** 32 random bytes in base64url: the form of every secret here. */
export function randomSecret(): string {
  return randomBytes(32).toString('base64url');
}
