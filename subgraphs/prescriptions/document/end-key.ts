/** How a key that signs documents ends: another takes its place, or it is revoked. What it signed is still judged by it. */

import { InvalidInput, IllegalTransition } from '#kernel/errors.ts';
import type { SigningKey } from '#prisma/generated/prescriptions/client.ts';
import type { Ctx, Tx } from '../builder.ts';
import { keyInUse, lockKeyOf } from './signing-key.ts';

/** Why a key is no longer to be believed. */
export const revocationReasons = ['LOST', 'COMPROMISED'] as const;

/** One of them. */
export type RevocationReason = (typeof revocationReasons)[number];

/** A revocation as it was asked for. */
export interface Revocation {
  readonly reason: RevocationReason;
  /** Since when; left out, since now. */
  readonly since?: Date | null | undefined;
}

type Maker = Pick<Ctx, 'secretFor' | 'now' | 'newId'>;

/** The key that ended, null when there was none, and the one that took its place. */
export interface Rotated {
  readonly ended: SigningKey | null;
  readonly made: SigningKey;
}

/**
 * Ends the key a signer signs with and makes another. Whoever signs meanwhile is waited for, so that what they sign is dated before the end
 * of the key they sign it with.
 */
export async function rotateKeyOf(tx: Tx, ctx: Maker, sub: string): Promise<Rotated> {
  await lockKeyOf(tx, sub, 'ENDING');
  const ended = await tx.signingKey.findFirst({ where: { sub, validUntil: null, invalidSince: null } });
  // A millisecond on: what was signed in this one was signed with it.
  const validUntil = new Date(ctx.now().getTime() + 1);
  if (ended !== null) await tx.signingKey.updateMany({ where: { id: ended.id }, data: { validUntil } });
  const { kid } = await keyInUse(tx, ctx, sub);
  return { ended, made: await tx.signingKey.findUniqueOrThrow({ where: { kid } }) };
}

/**
 * Revokes a key: nothing it signed from `since` on is believed, and what it signed before only with proof of being older. Another is made
 * when its owner signs next. Throws InvalidInput where `since` is to come or before the key was made, IllegalTransition where it is revoked.
 */
export async function revokeKey(tx: Tx, ctx: Pick<Ctx, 'now'>, found: SigningKey, { reason, since }: Revocation): Promise<SigningKey> {
  await lockKeyOf(tx, found.sub, 'ENDING');
  const invalidSince = since ?? ctx.now();
  const path = 'input.since';
  if (invalidSince > ctx.now()) throw new InvalidInput([{ path, message: 'is still to come' }]);
  if (invalidSince < found.validFrom)
    throw new InvalidInput([{ path, message: 'is before the key was made: leave it out, or say when it was lost' }]);
  const { count } = await tx.signingKey.updateMany({ where: { id: found.id, invalidSince: null }, data: { invalidSince, reason } });
  if (count === 0) throw new IllegalTransition('REVOKED', 'REVOKED');
  return tx.signingKey.findUniqueOrThrow({ where: { id: found.id } });
}
