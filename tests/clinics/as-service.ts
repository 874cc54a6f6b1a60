import { randomUUID } from 'node:crypto';
import type { ExecutionResult } from 'graphql';
import { signAsk } from '#kernel/ask.ts';
import { makeProof } from '#kernel/hop.ts';
import { deriveKey, signingPairOf } from '#kernel/keys.ts';
import type { TestGraph } from '../support/graph.ts';

/** Asks the clinics subgraph as `prescriptions` does by its own right. */
export async function asService(graph: TestGraph, document: string, variables: Record<string, unknown> = {}): Promise<ExecutionResult> {
  const key = signingPairOf(graph.secrets.prescriptions, 'ask').privateKey;
  const token = await signAsk(key, { service: 'prescriptions', as: 'service', user: null, document, nowMs: Date.now() });
  const authorization = `Bearer ${token}`;
  const requestId = randomUUID();
  const body = JSON.stringify({ query: document, variables });
  const proof = makeProof(deriveKey(graph.secrets.clinics, 'hop'), { subgraph: 'clinics', requestId, authorization, body }, Date.now());
  const headers = { authorization, requestId, proof, idempotencyKey: undefined };
  const result = await graph.running.clinics.execute({ body, query: document, variables, operationName: undefined, headers });
  return JSON.parse(JSON.stringify(result)) as ExecutionResult;
}
