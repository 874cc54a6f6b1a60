import { CompactSign } from 'jose';
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
    cancelled: cancelled.map((one) => ({ digest: one.digest, at: one.at.toISOString(), reason: one.reason })),
  };
  return new CompactSign(new TextEncoder().encode(canonicalText(payload)))
    .setProtectedHeader({ alg: 'ES256', typ: STATUS_LIST_TYPE, kid: key.kid })
    .sign(key.key);
}

builder.queryField('orderStatusList', (t) =>
  t.string({
    authScopes: { may: 'document-key:read' },
    description:
      'Digests of signed orders that were cancelled since, signed by the platform: a compact JWS that may be cached until its `goodUntil`.',
    resolve: async (_root, args, ctx, info) => {
      const cancelled = await ctx.db.cancelledDocument.findMany({ orderBy: [{ at: 'asc' }, { id: 'asc' }] });
      const found = await readKey(ctx.db, ctx, PLATFORM);
      // Nothing was ever signed: the first reader of the list makes the platform's key.
      if (found === null) await ctx.write({ info, args, answer: 'signingKey' }, (tx) => madeKey(tx, ctx));
      const key = found ?? (await readKey(ctx.db, ctx, PLATFORM));
      if (key === null) throw new Error('The platform has no key to sign with.');
      return signedStatusList(key, cancelled, ctx.now());
    },
  }),
);

async function madeKey(tx: Tx, ctx: Ctx): Promise<{ id: string }> {
  const { kid } = await keyInUse(tx, ctx, PLATFORM);
  return tx.signingKey.findUniqueOrThrow({ where: { kid } });
}
