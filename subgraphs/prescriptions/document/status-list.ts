import { CompactSign } from 'jose';
import type { SigningKey } from '#prisma/generated/prescriptions/client.ts';
import type { WriteOptions } from '#kernel/context.ts';
import { builder, type Ctx, type Tx } from '../builder.ts';
import { canonicalText } from './canonical.ts';
import { keyInUse, type OpenKey, PLATFORM, readKey } from './signing-key.ts';

/** How long a reader may rely on a list it has fetched. */
const GOOD_FOR_MS = 5 * 60_000;

/** The media type of a status list, in its header. */
export const STATUS_LIST_TYPE = 'gf-order-status+jws';

/** One document that was signed and counts no more. */
export interface CancelledEntry {
  readonly digest: string;
  readonly at: Date;
  /** CANCELLED or SUPERSEDED. */
  readonly reason: string;
}

/** The list as it is published: a compact JWS of the platform's, its payload canonical. */
export async function signedStatusList(key: OpenKey, cancelled: readonly CancelledEntry[], at: Date): Promise<string> {
  const payload = {
    schema: 'gf-order-status/1',
    at: at.toISOString(),
    goodUntil: new Date(at.getTime() + GOOD_FOR_MS).toISOString(),
    cancelled: endedIn(cancelled),
  };
  return new CompactSign(new TextEncoder().encode(canonicalText(payload)))
    .setProtectedHeader({ alg: 'ES256', typ: STATUS_LIST_TYPE, kid: key.kid })
    .sign(key.key);
}

/** What counts no more, as lists and kits have it. */
export function endedIn(cancelled: readonly CancelledEntry[]): { digest: string; at: string; reason: string }[] {
  return cancelled.map(({ digest, at, reason }) => ({ digest, at: at.toISOString(), reason }));
}

builder.queryField('orderStatusList', (t) =>
  t.string({
    authScopes: { may: 'document-key:read' },
    description:
      'Digests of signed orders that were cancelled since, signed by the platform: a compact JWS that may be cached until its `goodUntil`.',
    resolve: async (_root, args, ctx, info) => {
      const cancelled = await ctx.db.cancelledDocument.findMany({ orderBy: [{ at: 'asc' }, { id: 'asc' }] });
      const { key } = await platformKeyToPublish(ctx, { info, args });
      return signedStatusList(key, cancelled, ctx.now());
    },
  }),
);

/** The platform's key, for what is published for everybody. Where nothing was ever signed, the first reader makes it: `made` is its public half. */
export async function platformKeyToPublish(
  ctx: Ctx,
  asked: Pick<WriteOptions, 'info' | 'args'>,
): Promise<{ key: OpenKey; made: SigningKey | null }> {
  const found = await readKey(ctx.db, ctx, PLATFORM);
  if (found !== null) return { key: found, made: null };
  const made = await ctx.write({ ...asked, answer: 'signingKey' }, (tx) => madeKey(tx, ctx));
  const key = await readKey(ctx.db, ctx, PLATFORM);
  if (key === null) throw new Error('The platform has no key to sign with.');
  return { key, made };
}

async function madeKey(tx: Tx, ctx: Ctx): Promise<SigningKey> {
  const { kid } = await keyInUse(tx, ctx, PLATFORM);
  return tx.signingKey.findUniqueOrThrow({ where: { kid } });
}
