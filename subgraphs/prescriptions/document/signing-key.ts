import {
  calculateJwkThumbprint,
  CompactEncrypt,
  compactDecrypt,
  exportJWK,
  generateKeyPair,
  importJWK,
  type CryptoKey,
  type JWK,
} from 'jose';
import type { Ctx, Tx } from '../builder.ts';

/** What the platform's key is registered under, where a prescriber's has the practitioner's id. */
export const PLATFORM = 'goodfaith';

/** A key is made moments after the time its first document bears, and two first signers may not agree to the millisecond. */
const SLACK_MS = 5 * 60_000;

/** A private key ready to sign with, and the id under which its public half is published. */
export interface OpenKey {
  readonly kid: string;
  readonly key: CryptoKey;
}

type Maker = Pick<Ctx, 'secretFor' | 'now' | 'newId'>;

/** The key a signer signs with now; null before the first signature. */
export async function readKey(db: Tx, ctx: Pick<Ctx, 'secretFor'>, sub: string): Promise<OpenKey | null> {
  const found = await db.signingKey.findFirst({ where: { sub, validUntil: null, invalidSince: null }, include: { secret: true } });
  if (found === null) return null;
  if (found.secret === null) throw new Error(`The private half of the key ${found.kid} is missing.`);
  return open(ctx, sub, found.kid, found.publicJwk as JWK, found.secret.jwe);
}

/**
 * Holds a signer's key until the transaction ends: many sign with it at once, and nobody ends it meanwhile. Otherwise something could be
 * signed by a key that had ended a moment earlier, and would never verify.
 */
export async function lockKeyOf(tx: Tx, sub: string, what: 'SIGNING' | 'ENDING'): Promise<void> {
  const lock = what === 'ENDING' ? 'pg_advisory_xact_lock' : 'pg_advisory_xact_lock_shared';
  await tx.$queryRawUnsafe(`select ${lock}(hashtextextended($1, 0))::text`, `signing-key:${sub}`);
}

/**
 * The key a signer signs with now, made at first need. Two that need it at once get the same one: the index on keys in
 * use lets the second wait for the first.
 */
export async function keyInUse(tx: Tx, ctx: Maker, sub: string): Promise<OpenKey> {
  await lockKeyOf(tx, sub, 'SIGNING');
  const found = await readKey(tx, ctx, sub);
  if (found !== null) return found;
  await make(tx, ctx, sub);
  const made = await readKey(tx, ctx, sub);
  if (made === null) throw new Error(`The key of ${sub} could not be made.`);
  return made;
}

async function make(tx: Tx, ctx: Maker, sub: string): Promise<void> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  const { kty, crv, x, y } = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint({ kty, crv, x, y } as JWK);
  const publicJwk = { kty, crv, x, y, kid, alg: 'ES256', use: 'sig' };
  const id = ctx.newId();
  const written = await tx.$executeRawUnsafe(
    `insert into signing_key (id, kid, purpose, sub, public_jwk, valid_from)
     values ($1::uuid, $2, $3, $4, $5::jsonb, $6::timestamptz) on conflict do nothing`,
    id,
    kid,
    sub === PLATFORM ? 'PLATFORM' : 'PRESCRIBER',
    sub,
    JSON.stringify(publicJwk),
    new Date(ctx.now().getTime() - SLACK_MS).toISOString(),
  );
  if (written === 0) return;
  await tx.signingKeySecret.create({ data: { id, sub, jwe: await sealed(ctx, sub, kid, await exportJWK(privateKey)) } });
}

/** The private key as it is stored: bound to its owner and its id, under a key that the database never has. */
async function sealed(ctx: Maker, sub: string, kid: string, jwk: JWK): Promise<string> {
  return new CompactEncrypt(new TextEncoder().encode(JSON.stringify(jwk)))
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', sub, kid })
    .encrypt(ctx.secretFor('documents'));
}

/** Opens a stored key. Throws when it is not the key its row says: whose, which, and the registry's public half must agree. */
async function open(ctx: Pick<Ctx, 'secretFor'>, sub: string, kid: string, publicJwk: JWK, jwe: string): Promise<OpenKey> {
  const { plaintext, protectedHeader } = await compactDecrypt(jwe, ctx.secretFor('documents'), {
    keyManagementAlgorithms: ['dir'],
    contentEncryptionAlgorithms: ['A256GCM'],
  });
  const jwk = JSON.parse(new TextDecoder().decode(plaintext)) as JWK;
  const thumbprint = await calculateJwkThumbprint(jwk);
  const registered = await calculateJwkThumbprint(publicJwk);
  if (protectedHeader['sub'] !== sub || protectedHeader['kid'] !== kid || thumbprint !== kid || registered !== kid) {
    throw new Error(`The stored key ${kid} is not the key it is registered as.`);
  }
  return { kid, key: (await importJWK(jwk, 'ES256')) as CryptoKey };
}
