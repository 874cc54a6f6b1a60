import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { CompactSign } from 'jose';
import { publishedKey } from '#kernel/published-key.ts';
import type { SigningKey } from '#prisma/generated/prescriptions/client.ts';
import { builder } from '../builder.ts';
import { canonicalText } from './canonical.ts';
import { type CancelledEntry, endedIn, platformKeyToPublish } from './status-list.ts';
import { documentSchemas } from './order-document.ts';
import type { OpenKey } from './signing-key.ts';

/** The media type of a kit, in its header: nothing else the platform signs can be taken for one. */
export const OFFLINE_KIT_TYPE = 'gf-offline-kit+jws';

/** For how long a pharmacy may go by a kit: a working day and the night before it. What is cancelled meanwhile it does not learn. */
const GOOD_FOR_MS = 24 * 3_600_000;

const script = readFileSync(new URL('./verify-offline.mjs', import.meta.url), 'utf8');

/** The published versions of the signed order, each with where its schema is and its SHA-256. */
const documents = documentSchemas.map((schema) => {
  const name = `${schema.replace('/', '-')}.json`;
  const text = readFileSync(new URL(`../../../schema/documents/${name}`, import.meta.url), 'utf8');
  return { schema, at: `/schemas/${name}`, sha256: createHash('sha256').update(text).digest('hex') };
});

type PublicKey = Omit<SigningKey, 'id'>;

/** The kit as it is handed out: a compact JWS of the platform's, its payload canonical. What ended is in it and no signed list, so that none is about that is good for a day. */
export async function signedOfflineKit(
  key: OpenKey,
  keys: readonly PublicKey[],
  ended: readonly CancelledEntry[],
  at: Date,
): Promise<string> {
  const payload = {
    ...{ schema: 'gf-offline-kit/1', at: at.toISOString(), goodUntil: new Date(at.getTime() + GOOD_FOR_MS).toISOString() },
    jwks: { keys: keys.map(asPublished) },
    ended: endedIn(ended),
    documents,
    script: { name: 'verify-offline.mjs', text: script },
  };
  return new CompactSign(new TextEncoder().encode(canonicalText(payload)))
    .setProtectedHeader({ alg: 'ES256', typ: OFFLINE_KIT_TYPE, kid: key.kid })
    .sign(key.key);
}

// As `/.well-known/jwks.json` has them.
function asPublished({ publicJwk, kid, purpose, sub, validFrom, validUntil, invalidSince, reason }: PublicKey): object {
  return publishedKey({
    ...{ publicJwk, kid, purpose, sub, reason },
    ...{ validFrom: validFrom.toISOString(), validUntil: validUntil?.toISOString() ?? null },
    invalidSince: invalidSince?.toISOString() ?? null,
  });
}

builder.queryField('offlineKit', (t) =>
  t.string({
    authScopes: { may: 'document-key:read' },
    description:
      'What a pharmacy keeps for the day its line is down: every public key, which signed orders count no more, the versions of the document and the script that checks one with nothing else, signed by the platform: a compact JWS, good for a day. With it an order is AUTHENTIC at most.',
    resolve: async (_root, args, ctx, info) => {
      const [keys, ended] = [
        await ctx.db.signingKey.findMany({ orderBy: [{ validFrom: 'asc' }, { id: 'asc' }] }),
        await ctx.db.cancelledDocument.findMany({ orderBy: [{ at: 'asc' }, { id: 'asc' }] }),
      ];
      const { key, made } = await platformKeyToPublish(ctx, { info, args });
      return signedOfflineKit(key, made === null ? keys : [...keys, made], ended, ctx.now());
    },
  }),
);
