/** GraphQL over HTTP. Both doors are this one, with different keys: the public door takes access tokens, the internal one asks of subgraphs. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { OperationTypeNode } from 'graphql';
import { sha256Of } from '#kernel/keys.ts';
import type { Log } from '#kernel/log.ts';
import { writeEvents } from './event-stream.ts';
import { readGraphRequest, UnreadableRequest } from './graph-request.ts';
import { internalError, publicResult, type RequestFacts, refusalErrors, stackOf } from './masking.ts';
import { acceptsResult, acceptsStream, headerOf } from './request-headers.ts';
import { sendJson, sendRefusal, sendUnauthenticated } from './responses.ts';
import { mapStream } from './streams.ts';
import type { Answer, Supergraph } from './supergraph.ts';

/** A token that was found good, and until when; `documentHash` when it is good for one document only. */
export interface Admission {
  readonly expiresAt: number;
  readonly documentHash?: string;
}

/** What one door needs. */
export interface DoorOptions {
  readonly supergraph: Supergraph;
  admit(token: string): Promise<Admission | null>;
  readonly log: Log;
  /** Whether an error may help with the names of the schema. */
  readonly suggest: boolean;
  /** Ends every open stream when the server stops. */
  readonly closing: AbortSignal;
}

type Handle = (request: IncomingMessage, response: ServerResponse, requestId: string) => Promise<void>;

const byGet = new Set([OperationTypeNode.QUERY]);
const byPost = new Set([OperationTypeNode.QUERY, OperationTypeNode.MUTATION]);
const byStream = new Set([OperationTypeNode.QUERY, OperationTypeNode.MUTATION, OperationTypeNode.SUBSCRIPTION]);

/** A handler for one path. The token is looked at before the body is read. */
export function createDoor(options: DoorOptions): Handle {
  return async (request, response, requestId) => {
    const { authorization } = request.headers;
    const token = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
    const admission = token === undefined ? null : await options.admit(token);
    if (!admission) return sendUnauthenticated(response, { hadToken: authorization !== undefined });
    let asked: Awaited<ReturnType<typeof readGraphRequest>>;
    try {
      asked = await readGraphRequest(request);
    } catch (error) {
      if (error instanceof UnreadableRequest) return sendRefusal(response, error.status, error.code, error.message);
      throw error;
    }
    const documentHash = sha256Of(asked.query);
    if (admission.documentHash !== undefined && admission.documentHash !== documentHash)
      return sendUnauthenticated(response, { hadToken: true });
    const facts = { requestId, operationName: asked.operationName, documentHash };
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const idempotencyKey = headerOf(request, 'idempotency-key');
    const wantsStream = request.method === 'POST' && acceptsStream(request);
    const allowed = request.method === 'GET' ? byGet : wantsStream ? byStream : byPost;
    try {
      const caller = { authorization, requestId, idempotencyKey, signal: gone.signal };
      const answer = await options.supergraph.run(asked, caller, allowed);
      if (answer.kind === 'stream') await stream(answer.results, response, facts, admission, options);
      else send(answer, request, response, facts, options);
    } catch (error) {
      options.log.error({ ...facts, code: 'UNEXPECTED', stack: stackOf(error) }, 'request failed');
      if (response.headersSent) response.destroy();
      else sendJson(response, 500, { errors: [internalError(requestId)] });
    }
  };
}

function send(
  answer: Exclude<Answer, { kind: 'stream' }>,
  request: IncomingMessage,
  response: ServerResponse,
  facts: RequestFacts,
  options: DoorOptions,
): void {
  const type = acceptsResult(request) ? 'application/graphql-response+json' : 'application/json';
  if (answer.kind === 'refused') {
    if (answer.status === 405) response.setHeader('allow', 'POST');
    const errors = refusalErrors(answer.errors, facts.requestId, options);
    options.log.debug({ ...facts, codes: errors.map(({ extensions }) => extensions.code) }, 'refused');
    sendJson(response, answer.status, { errors }, { type });
  } else {
    const result = publicResult(answer.result, facts, options.log);
    sendJson(response, statusOf(result), result, { type });
  }
}

/** 200 for whatever the graph said, unless all of it is that nobody was there to ask, or that the token ran out on the way. */
function statusOf({ data, errors }: ReturnType<typeof publicResult>): number {
  if (data !== null || !errors) return 200;
  if (errors.every(({ extensions }) => extensions.code === 'UNAVAILABLE')) return 503;
  if (errors.every(({ extensions }) => extensions.code === 'UNAUTHENTICATED')) return 401;
  return 200;
}

/** A subscription, which ends with the token that opened it: what follows is for a token that is good by then. */
async function stream(
  results: Extract<Answer, { kind: 'stream' }>['results'],
  response: ServerResponse,
  facts: RequestFacts,
  admission: Admission,
  options: DoorOptions,
): Promise<void> {
  const expiry = new AbortController();
  const left = (): number => admission.expiresAt * 1000 - Date.now();
  const timer = setTimeout(() => expiry.abort(), Math.max(0, left()));
  try {
    await writeEvents(
      response,
      mapStream(results, (result) => publicResult(result, facts, options.log)),
      {
        signal: AbortSignal.any([expiry.signal, options.closing]),
        // The subgraph ends it at the same moment, and may be a little earlier by its clock.
        last: () => {
          if (expiry.signal.aborted || left() < 1_000) return { errors: [tokenExpired(facts.requestId)] };
          return options.closing.aborted ? { errors: [subscribeAgain(facts.requestId)] } : null;
        },
      },
    );
  } finally {
    clearTimeout(timer);
  }
}

function tokenExpired(requestId: string) {
  return { message: 'The token has expired: subscribe again with a new one.', extensions: { code: 'UNAUTHENTICATED', requestId } };
}

/** How things stand is the first event of a subscription, so that nothing is lost by the change. */
function subscribeAgain(requestId: string) {
  return { message: 'What answers this is being restarted: subscribe again.', extensions: { code: 'UNAVAILABLE', requestId } };
}
