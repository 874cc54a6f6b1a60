import { z } from 'zod';
import { signAsk } from '#kernel/ask.ts';
import { makeProof } from '#kernel/hop.ts';
import { deriveKey, signingPairOf } from '#kernel/keys.ts';
import { publishedKey } from '#kernel/published-key.ts';
import type { RunningSubgraph } from '#kernel/subgraph.ts';
import { isStream } from './streams.ts';

const query = 'query DocumentKeys { documentKeys { kid purpose sub publicJwk validFrom validUntil invalidSince reason } }';

const shape = z.object({
  documentKeys: z.array(
    z.looseObject({
      kid: z.string(),
      purpose: z.string(),
      publicJwk: z.record(z.string(), z.unknown()),
      invalidSince: z.string().nullable(),
      reason: z.string().nullable(),
    }),
  ),
});

/**
 * The key set under which signed documents verify (RFC 7517), with what a verifier must know beside each key: whose it is,
 * what it signs as, and from when to when it may be believed. Read where `prescriptions` runs, by that subgraph's own
 * right, since nobody's token opens a public path.
 */
export async function documentKeysOf(prescriptions: RunningSubgraph, secret: string): Promise<{ keys: object[] }> {
  const { documentKeys } = shape.parse(await askedOf(prescriptions, secret, query));
  return {
    keys: documentKeys.map(publishedKey),
  };
}

const listQuery = 'query OrderStatusList { orderStatusList }';
const listShape = z.object({ orderStatusList: z.string() });

/** The signed list of orders that count no more, read as the keys are. */
export async function statusListOf(prescriptions: RunningSubgraph, secret: string): Promise<{ list: string }> {
  return { list: listShape.parse(await askedOf(prescriptions, secret, listQuery)).orderStatusList };
}

const kitQuery = 'query OfflineKit { offlineKit }';
const kitShape = z.object({ offlineKit: z.string() });

/** What pharmacies keep for a day without a line, read as the keys are. */
export async function offlineKitOf(prescriptions: RunningSubgraph, secret: string): Promise<{ kit: string }> {
  return { kit: kitShape.parse(await askedOf(prescriptions, secret, kitQuery)).offlineKit };
}

async function askedOf(prescriptions: RunningSubgraph, secret: string, document: string): Promise<unknown> {
  const nowMs = Date.now();
  const requestId = `document-keys-${nowMs}`;
  const token = await signAsk(signingPairOf(secret, 'ask').privateKey, {
    service: 'prescriptions',
    as: 'service',
    user: null,
    document,
    nowMs,
  });
  const authorization = `Bearer ${token}`;
  const body = JSON.stringify({ query: document });
  const proof = makeProof(deriveKey(secret, 'hop'), { subgraph: 'prescriptions', requestId, authorization, body }, nowMs);
  const headers = { authorization, requestId, proof, idempotencyKey: undefined };
  const result = await prescriptions.execute({ body, query: document, variables: undefined, operationName: undefined, headers });
  if (isStream(result) || result.errors?.length) throw new Error('The document keys cannot be read');
  return result.data;
}
