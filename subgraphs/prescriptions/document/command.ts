/** `npm run rotate-platform-key`: gives the platform another key to countersign with, or revokes the one it has. */

import { parseArgs } from 'node:util';
import { type Command, CommandRefused, ownRightOn, runHere, sayingWhy, secretHere } from '#kernel/command.ts';
import { audit } from '#kernel/audit.ts';
import { deriveKey } from '#kernel/keys.ts';
import { PrismaClient } from '#prisma/generated/prescriptions/client.ts';
import { type Revocation, revocationReasons, revokeKey, rotateKeyOf } from './end-key.ts';
import { PLATFORM } from './signing-key.ts';

const usage = `npm run rotate-platform-key -- [--revoke <LOST | COMPROMISED> [--since <time>]]
  without --revoke  the key in use ends now, and another is made: what was signed stays verifiable
  --revoke          the key in use is revoked: what it countersigned is not filled unless it is proved to be older
  --since           from when on somebody else may have had it, like 2026-11-22T09:00:00Z (default: now)`;

const text = { type: 'string' } as const;

/** Reads the arguments; what is wrong with them is said with how it is called. */
function asked(given: readonly string[]): Revocation | null {
  const { revoke, since } = valuesIn(given);
  if (revoke === undefined && since === undefined) return null;
  const reason = revocationReasons.find((known) => known === revoke);
  if (reason === undefined) throw new CommandRefused([usage]);
  const at = since === undefined ? null : new Date(since);
  if (at !== null && Number.isNaN(at.getTime())) throw new CommandRefused([`${since} is no time: write it like 2026-11-22T09:00:00Z.`]);
  return { reason, since: at };
}

function valuesIn(given: readonly string[]) {
  try {
    return parseArgs({ args: [...given], options: { revoke: text, since: text } }).values;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new CommandRefused([error.message, usage]);
  }
}

/** The command under a subgraph's secret, which is what keys are kept under. */
export const rotatePlatformKey =
  (secret: () => string): Command =>
  async (given, database, now) => {
    const revocation = asked(given);
    const url = await database();
    const own = ownRightOn('prescriptions', (adapter) => new PrismaClient({ adapter }), { url, now, what: 'rotate-platform-key' });
    const kept = secret();
    const ctx = { ...own, secretFor: (purpose: string) => deriveKey(kept, purpose) };
    try {
      const lines = await own.write(async (tx) => {
        if (revocation !== null) {
          const found = await tx.signingKey.findFirst({ where: { sub: PLATFORM, validUntil: null, invalidSince: null } });
          if (found === null) throw new CommandRefused(['The platform has no key in use.']);
          const { invalidSince, reason } = await revokeKey(tx, ctx, found, revocation);
          const detail = { kid: found.kid, owner: PLATFORM, reason, invalidSince: invalidSince?.toISOString() };
          await audit(tx, ctx, { action: 'document-key.revoked', tenantId: null, detail });
        }
        const { ended, made } = await rotateKeyOf(tx, ctx, PLATFORM);
        await audit(tx, ctx, {
          ...{ action: 'document-key.rotated', tenantId: null },
          detail: { kid: made.kid, before: ended?.kid ?? null, owner: PLATFORM },
        });
        const before = revocation !== null ? ['the key in use was revoked'] : ended === null ? [] : [`${ended.kid} ended`];
        return [...before, `${made.kid} signs from now on`];
      });
      return { lines, exit: 0 };
    } finally {
      await own.stop();
    }
  };

/** Runs the command; what is wrong with how it was called is said in lines. */
export const run = sayingWhy(rotatePlatformKey(() => secretHere('prescriptions')));

if (import.meta.main) await runHere(run);
