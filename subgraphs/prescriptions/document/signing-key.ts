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
import type { SigningKey, SigningKeySecret } from '#prisma/generated/prescriptions/client.ts';
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

type KeyRow = SigningKey & { readonly secret: SigningKeySecret | null };

type Maker = Pick<Ctx, 'secretFor' | 'now' | 'newId'>;

/** The key a signer signs with now; null before the first signature. */
export async function readKey(db: Tx, ctx: Pick<Ctx, 'secretFor'>, sub: string): Promise<OpenKey | null> {
  const found = await db.signingKey.findFirst({ where: { ...inUse, sub }, include: { secret: true } });
  return found === null ? null : opened(ctx, found);
}

const inUse = { validUntil: null, invalidSince: null };

function opened(ctx: Pick<Ctx, 'secretFor'>, { sub, kid, publicJwk, secret }: KeyRow): Promise<OpenKey> {
  if (secret === null) throw new Error(`The private half of the key ${kid} is missing.`);
  return open(ctx, sub, kid, publicJwk as JWK, secret.jwe);
}

/**
 * Holds a signer's key until the transaction ends: many sign with it at once, and nobody ends it meanwhile. Otherwise something could be
 * signed by a key that had ended a moment earlier, and would never verify.
 */
export async function lockKeyOf(tx: Tx, sub: string, what: 'SIGNING' | 'ENDING'): Promise<void> {
  const lock = what === 'ENDING' ? 'pg_advisory_xact_lock' : 'pg_advisory_xact_lock_shared';
  await tx.$queryRawUnsafe(`select ${lock}(hashtextextended($1, 0))::text`, lockNameOf(sub));
}

function lockNameOf(sub: string): string {
  return `signing-key:${sub}`;
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

/** A signer's key and the platform's: whatever a person signs bears both. */
export async function keysInUse(tx: Tx, ctx: Maker, sub: string): Promise<{ readonly signer: OpenKey; readonly platform: OpenKey }> {
  await tx.$queryRawUnsafe(
    'select pg_advisory_xact_lock_shared(hashtextextended($1, 0))::text, pg_advisory_xact_lock_shared(hashtextextended($2, 0))::text',
    lockNameOf(sub),
    lockNameOf(PLATFORM),
  );
  const rows = await tx.signingKey.findMany({ where: { ...inUse, sub: { in: [sub, PLATFORM] } }, include: { secret: true } });
  const [signer, platform] = await Promise.all(
    [sub, PLATFORM].map((owner) => {
      const row = rows.find((one) => one.sub === owner);
      return row === undefined ? null : opened(ctx, row);
    }),
  );
  return { signer: signer ?? (await keyInUse(tx, ctx, sub)), platform: platform ?? (await keyInUse(tx, ctx, PLATFORM)) };
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
