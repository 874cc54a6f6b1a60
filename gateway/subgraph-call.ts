import { type ExecutionResult, GraphQLError, Kind } from 'graphql';
import { makeProof } from '#kernel/hop.ts';
import type { SubgraphName } from '#kernel/names.ts';
import type { SubgraphCall } from '#kernel/subgraph.ts';
import { isStream, mapStream } from './streams.ts';

/** Who is behind one request to the gateway. Every subgraph call made for it carries the same facts. */
export interface Caller {
  readonly authorization: string | undefined;
  readonly requestId: string;
  readonly idempotencyKey: string | undefined;
  /** Ends subscriptions. A query or a change is never cut off because its caller went away. */
  readonly signal?: AbortSignal | undefined;
}

/** What the plan wants of one subgraph. */
export interface SubgraphQuestion {
  readonly query: string;
  readonly variables: Record<string, unknown> | undefined;
  readonly operationName: string | undefined;
  /** Whether it is a subscription, which answers with a stream. */
  readonly streams: boolean;
}

type Results = ExecutionResult | AsyncIterable<ExecutionResult>;

/** A way to one subgraph: its `execute` in this process, or HTTP to where it runs. It throws `NoAnswer` when nothing came back. */
export type SubgraphLink = (call: SubgraphCall, options: { streams: boolean }) => Promise<Results>;

/** Asks one subgraph on behalf of one caller. It always answers: what goes wrong on the way is an error in the result. */
export type CallSubgraph = (name: SubgraphName, question: SubgraphQuestion, caller: Caller) => Promise<Results>;

/** The subgraph is down, or took longer than it may. Whether it did what it was asked is not known. */
export class NoAnswer extends Error {}

/** No subgraph keeps a caller waiting longer than this. */
const DEADLINE_MS = 10_000;

/**
 * Joins the links and the keys of the proofs. What is sent is the caller's own token, the request id, the idempotency
 * key and a proof over exactly these bytes; nothing of another request is ever reused or waited for.
 */
export function createSubgraphCalls(
  links: Readonly<Record<SubgraphName, SubgraphLink>>,
  hopKeys: Readonly<Record<SubgraphName, Buffer>>,
  options: { deadlineMs?: number } = {},
): CallSubgraph {
  return async (name, question, caller) => {
    const { query, variables, operationName, streams } = question;
    const { authorization, requestId, idempotencyKey, signal } = caller;
    const body = JSON.stringify({ query, variables, operationName });
    const proof = makeProof(hopKeys[name], { subgraph: name, requestId, authorization, body }, Date.now());
    const headers = { authorization, requestId, proof, idempotencyKey };
    try {
      const call = { body, query, variables, operationName, headers };
      const results = await withDeadline(options.deadlineMs ?? DEADLINE_MS, signal, (until) =>
        links[name]({ ...call, signal: until }, { streams }),
      );
      return isStream(results) ? mapStream(endTold(results), plain) : plain(results);
    } catch (error) {
      return { errors: [error instanceof NoAnswer ? unavailable() : unexpected(error)] };
    }
  };
}

async function withDeadline<Value>(
  ms: number,
  signal: AbortSignal | undefined,
  ask: (until: AbortSignal) => Promise<Value>,
): Promise<Value> {
  const late = new AbortController();
  const until = signal ? AbortSignal.any([signal, late.signal]) : late.signal;
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new NoAnswer());
      late.abort();
    }, ms);
  });
  try {
    return await Promise.race([ask(until), deadline]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * The same result whether it came by HTTP or from this process. Here an error still holds what was thrown and where, and
 * the engine would answer 500 for it.
 */
function plain(result: ExecutionResult): ExecutionResult {
  if (!result.errors?.length) return result;
  const errors = result.errors.map((error) => {
    const { message, path, extensions } = error;
    return new GraphQLError(message, { path, extensions: { ...extensions, code: codeOf(error) } });
  });
  return { data: result.data, errors };
}

/** How the messages begin of a document that does not fit the schema. The gateway's own validation has let none of these through. */
const doesNotFit = /^(Cannot query|Unknown|Field "|Fragment|Variable "|Directive|There can be only one)/;

/**
 * The gateway does not know what a `Date` looks like, so a wrong one written into the document passes its validation
 * and fails the subgraph's: that is the caller's input, not a plan of ours that went wrong.
 */
function codeOf({ message, extensions, nodes }: GraphQLError): unknown {
  const code = extensions?.['code'];
  if (code === 'GRAPHQL_VALIDATION_FAILED' && !doesNotFit.test(message)) return 'BAD_USER_INPUT';
  return code ?? (nodes?.[0]?.kind === Kind.VARIABLE_DEFINITION ? 'BAD_USER_INPUT' : undefined);
}

/** A stream that breaks off, as that of a subgraph which is being restarted does, says so in a last event: its reader subscribes again. */
function endTold(source: AsyncIterable<ExecutionResult>): AsyncIterable<ExecutionResult> {
  const results = source[Symbol.asyncIterator]();
  let isOver = false;
  return {
    [Symbol.asyncIterator]: () => ({
      async next() {
        if (isOver) return { done: true, value: undefined };
        try {
          return await results.next();
        } catch {
          isOver = true;
          return { done: false, value: { errors: [unavailable('What answers this is being restarted: subscribe again.')] } };
        }
      },
      async return() {
        isOver = true;
        await results.return?.();
        return { done: true, value: undefined };
      },
    }),
  };
}

const tryAgain = 'A part of the graph does not answer. Try again, with the same Idempotency-Key if this was a change.';

function unavailable(message = tryAgain): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'UNAVAILABLE' } });
}

function unexpected(error: unknown): GraphQLError {
  return new GraphQLError('Internal error', { originalError: error instanceof Error ? error : new Error(String(error)) });
}
