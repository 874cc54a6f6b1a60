import { signAsk } from '#kernel/ask.ts';
import { makeProof } from '#kernel/hop.ts';
import { deriveKey, signingPairOf } from '#kernel/keys.ts';
import type { RunningSubgraph } from '#kernel/subgraph.ts';
import { isStream } from './streams.ts';

const query = 'query DocumentKeys { documentKeys }';

/**
 * The key set under which signed documents verify, as `prescriptions` publishes it: read where that subgraph runs, by
 * its own right, since nobody else's token opens a public path.
 */
export async function documentKeysOf(prescriptions: RunningSubgraph, secret: string): Promise<object> {
  const nowMs = Date.now();
  const requestId = `document-keys-${nowMs}`;
  const token = await signAsk(signingPairOf(secret, 'ask').privateKey, { service: 'prescriptions', as: 'service', user: null, document: query, nowMs });
  const authorization = `Bearer ${token}`;
  const body = JSON.stringify({ query });
  const proof = makeProof(deriveKey(secret, 'hop'), { subgraph: 'prescriptions', requestId, authorization, body }, nowMs);
  const headers = { authorization, requestId, proof, idempotencyKey: undefined };
  const result = await prescriptions.execute({ body, query, variables: undefined, operationName: undefined, headers });
  const keys = isStream(result) ? undefined : result.data?.['documentKeys'];
  if (typeof keys === 'object' && keys !== null && 'keys' in keys) return keys;
  throw new Error('The document keys cannot be read');
}
