/** How a subgraph's question reaches the graph: through the internal door, in this process or over HTTP, with the same checks. */
import { type ExecutionResult, GraphQLError, OperationTypeNode } from 'graphql';
import type { AskClaims } from '#kernel/ask.ts';
import { sha256Of } from '#kernel/keys.ts';
import type { Log } from '#kernel/log.ts';
import type { AskTransport } from '#kernel/subgraph.ts';
import { publicResult } from './masking.ts';
import { isStream } from './streams.ts';
import { httpLink } from './subgraph-http.ts';
import type { Supergraph } from './supergraph.ts';

const allowed = new Set([OperationTypeNode.QUERY, OperationTypeNode.MUTATION]);

/** The internal door of this process: an ask token is good for the one document it names. */
export function createInternalAsk(options: {
  supergraph: Supergraph;
  asks: { verify(token: string): Promise<AskClaims | null> };
  log: Log;
}): AskTransport {
  return async (token, { query, variables }, requestId) => {
    const claims = await options.asks.verify(token);
    const documentHash = sha256Of(query);
    if (claims?.documentHash !== documentHash)
      return { errors: [new GraphQLError('The ask is not good.', { extensions: { code: 'UNAUTHENTICATED' } })] };
    const caller = { authorization: `Bearer ${token}`, requestId, idempotencyKey: undefined };
    const answer = await options.supergraph.run({ query, variables, operationName: undefined }, caller, allowed);
    if (answer.kind === 'stream') throw new Error('An ask was answered by a stream');
    if (answer.kind === 'refused') return { errors: answer.errors };
    return publicResult(answer.result, { requestId, operationName: undefined, documentHash }, options.log) as unknown as ExecutionResult;
  };
}

/** The internal door of a gateway elsewhere. */
export function createRemoteAsk(gateway: URL): AskTransport {
  const link = httpLink(new URL('/internal/graphql', gateway));
  return async (token, { query, variables }, requestId, signal) => {
    const headers = { authorization: `Bearer ${token}`, requestId, proof: undefined, idempotencyKey: undefined };
    const result = await link(
      { body: JSON.stringify({ query, variables }), query, variables, operationName: undefined, headers, signal },
      { streams: false },
    );
    if (isStream(result)) throw new Error('An ask was answered by a stream');
    return result;
  };
}
