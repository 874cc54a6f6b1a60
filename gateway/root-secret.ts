import { randomBytes } from 'node:crypto';
import { rootSecretPath } from '#kernel/keys.ts';
import { createdOnce } from './created-once.ts';

/** The secret under everything the embedded instance encrypts and signs, made once. Deleting it makes the data folder unreadable. */
export function rootSecretIn(dataDir: string): string {
  return createdOnce(rootSecretPath(dataDir), randomSecret);
}

/** 32 random bytes in base64url: the form of every secret here. */
export function randomSecret(): string {
  return randomBytes(32).toString('base64url');
}
