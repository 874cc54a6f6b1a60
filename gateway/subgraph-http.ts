import { Agent, type IncomingMessage, request } from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';
import type { ExecutionResult } from 'graphql';
import { parseEvents } from './event-stream.ts';
import { notNow, type TakeReport } from './exam-reports.ts';
import { NoAnswer, type SubgraphLink } from './subgraph-call.ts';

/** One pool of connections a link; `node:http` because a subgraph call through `fetch` costs about twice as much. */
const agents = { 'http:': new Agent({ keepAlive: true }), 'https:': new SecureAgent({ keepAlive: true }) };

/** The way to a subgraph that runs elsewhere. Always POST, so that no document ends up in an address or a log of addresses. */
export function httpLink(url: URL): SubgraphLink {
  const send = sender(url);
  return async (call, options) => {
    try {
      return await send(call, options);
    } catch (error) {
      if (!(error instanceof NeverHeard) || call.signal?.aborted) throw error;
      // Once, and elsewhere if there are several: one that is being restarted closed the connection under the question.
      return send(call, options);
    }
  };
}

/** Nothing came back, and asking again does nothing twice: no connection was had, or the question changes nothing. */
class NeverHeard extends NoAnswer {}

/** A plan's question has one operation, first in its text. */
const asksOnly = (query: string): boolean => /^\s*(\{|query\b)/.test(query);

function sender(url: URL): SubgraphLink {
  const protocol = url.protocol === 'https:' ? 'https:' : 'http:';
  const send = protocol === 'https:' ? secureRequest : request;
  return ({ body, query, headers, signal }, { streams }) =>
    new Promise((resolve, reject) => {
      const outgoing = send(url, {
        method: 'POST',
        agent: agents[protocol],
        signal,
        headers: {
          'content-type': 'application/json',
          accept: streams ? 'text/event-stream' : 'application/json',
          'content-length': Buffer.byteLength(body),
          'x-request-id': headers.requestId,
          ...(headers.authorization === undefined ? {} : { authorization: headers.authorization }),
          ...(headers.proof === undefined ? {} : { 'x-goodfaith-proof': headers.proof }),
          ...(headers.idempotencyKey === undefined ? {} : { 'idempotency-key': headers.idempotencyKey }),
        },
      });
      outgoing.on('error', (error: Error & { code?: string }) => {
        const lost = error.code === 'ECONNRESET' || error.code === 'EPIPE';
        const unheard = error.code === 'ECONNREFUSED' || (lost && asksOnly(query));
        reject(unheard ? new NeverHeard() : new NoAnswer());
      });
      outgoing.on('response', (incoming) => {
        if (incoming.headers['content-type']?.startsWith('text/event-stream')) resolve(parseEvents(incoming));
        else readResult(incoming).then(resolve, () => reject(new NoAnswer()));
      });
      outgoing.end(body);
    });
}

/** A GraphQL result whatever its status: a subgraph says 401 or 503 with errors that have codes. Anything else is no answer. */
async function readResult(incoming: IncomingMessage): Promise<ExecutionResult> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const result: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  if (typeof result === 'object' && result !== null && ('data' in result || 'errors' in result)) return result as ExecutionResult;
  throw new NoAnswer();
}

/** Hands reports to a subgraph elsewhere. What does not come through is answered so that its sender tries again. */
export function forwardReports(url: URL): TakeReport {
  return async (report) => {
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(report),
        signal: AbortSignal.timeout(10_000),
        redirect: 'error',
      });
      return response.status < 500 ? { status: response.status, body: (await response.json()) as object } : notNow;
    } catch {
      return notNow;
    }
  };
}

/** Fetches a document that is open to everyone, such as a key set. Rejects unless it is there. */
export async function getJson(url: URL): Promise<{ body: object }> {
  const response = await fetch(url, { signal: AbortSignal.timeout(3_000), redirect: 'error' });
  if (!response.ok) throw new NoAnswer();
  const body: unknown = await response.json();
  if (typeof body !== 'object' || body === null) throw new NoAnswer();
  return { body };
}
