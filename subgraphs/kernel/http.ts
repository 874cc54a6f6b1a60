import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { ApolloServer, HeaderMap } from '@apollo/server';
import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled';
import type { GatewayExecutionResult } from '@apollo/server-gateway-interface';
import type { ExecutionResult, GraphQLSchema } from 'graphql';
import { createHandler } from 'graphql-sse/lib/use/express';
import { drain, IDLE_MS } from './drain.ts';
import { proofRequired, refusedWith } from './execute.ts';
import type { Log } from './log.ts';
import type { RunningSubgraph, SubgraphCall } from './subgraph.ts';

const BODY_LIMIT = 2 * 1024 * 1024;

/** Questions answered at once, subscriptions aside. What comes beyond is refused unread: its asker takes it for unknown, or asks again. */
const AT_ONCE = 256;

async function bodyOf(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > BODY_LIMIT) return null;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function callOf(request: IncomingMessage, body: string, signal: AbortSignal): SubgraphCall | null {
  let parsed: { query?: unknown; variables?: unknown; operationName?: unknown };
  try {
    parsed = JSON.parse(body);
  } catch {
    return null;
  }
  if (typeof parsed !== 'object' || parsed === null || typeof parsed.query !== 'string') return null;
  return {
    body,
    query: parsed.query,
    variables: (parsed.variables ?? undefined) as Record<string, unknown> | undefined,
    operationName: typeof parsed.operationName === 'string' ? parsed.operationName : undefined,
    headers: {
      authorization: headerOf(request, 'authorization'),
      requestId: headerOf(request, 'x-request-id') ?? '',
      proof: headerOf(request, 'x-goodfaith-proof'),
      idempotencyKey: headerOf(request, 'idempotency-key'),
    },
    signal,
  };
}

/** By path: what anyone may read without a token or a proof, such as public keys. */
export type OpenPaths = Readonly<Record<string, () => Promise<unknown>>>;

/** By path: what is taken by POST without the gateway's proof, since its sender is known by a signature of its own. Each says its status. */
export type ReceivingPaths = Readonly<Record<string, (body: string) => Promise<{ readonly status: number; readonly body: object }>>>;

/** A subgraph behind a port. */
export interface ListeningSubgraph {
  readonly url: string;
  stop(): Promise<void>;
}

/** Apollo's remarks about its own options are for us, not for whoever reads the output. */
function quietly(log: Log) {
  const remark = (message?: unknown) => log.debug({ code: 'APOLLO', message: String(message) });
  return { debug: remark, info: remark, warn: remark, error: remark };
}

/** Apollo Server speaks HTTP here; what runs is the same `execute` that a gateway in one process calls. */
async function apolloOver(subgraph: RunningSubgraph, schema: GraphQLSchema, log: Log): Promise<ApolloServer<{ call: SubgraphCall }>> {
  const server = new ApolloServer<{ call: SubgraphCall }>({
    gateway: {
      async load() {
        return {
          executor: async ({ context }) => (await subgraph.execute((context as { call: SubgraphCall }).call)) as GatewayExecutionResult,
        };
      },
      onSchemaLoadOrUpdate(callback) {
        callback({ apiSchema: schema, coreSupergraphSdl: '' });
        return () => undefined;
      },
      async stop() {},
    },
    plugins: [ApolloServerPluginInlineTraceDisabled()],
    logger: quietly(log),
    introspection: true,
    includeStacktraceInErrorResponses: false,
    status400ForVariableCoercionErrors: false,
    stopOnTerminationSignals: false,
  });
  await server.start();
  return server;
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}

/** Starts listening. Nothing is answered without the gateway's proof, `_service` and `_entities` included; only `/healthz`, `/readyz` and the paths given are open. */
export async function listenSubgraph(
  subgraph: RunningSubgraph,
  schema: GraphQLSchema,
  where: {
    readonly port: number;
    readonly host: string;
    readonly log: Log;
    readonly open?: OpenPaths;
    readonly receive?: ReceivingPaths;
    readonly atOnce?: number;
  },
): Promise<ListeningSubgraph> {
  const apollo = await apolloOver(subgraph, schema, where.log);
  const stopping = new AbortController();
  const asked = new Set<ServerResponse>();
  // It listens before it knows the tenancy, which it may have to ask of the gateway; until then it shows nothing.
  let ready = false;
  void subgraph.ready.then(() => {
    ready = true;
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'GET' && request.url === '/healthz') return answer(response, 200, { status: 'ok' });
    if (request.method === 'GET' && request.url === '/readyz')
      return answer(response, ready && !stopping.signal.aborted ? 200 : 503, { status: ready ? 'ready' : 'not ready' });
    const open = request.method === 'GET' ? where.open?.[request.url ?? ''] : undefined;
    if (open) return answer(response, 200, await open());
    const take = request.method === 'POST' ? where.receive?.[request.url ?? ''] : undefined;
    if (take) {
      const sent = await bodyOf(request);
      const taken = sent === null ? { status: 413, body: { code: 'BODY_TOO_LARGE' } } : await take(sent);
      return answer(response, taken.status, taken.body);
    }
    if (request.method !== 'POST' || request.url !== '/graphql')
      return answer(response, 404, { errors: [{ message: 'There is nothing here.' }] });
    const streams = (headerOf(request, 'accept') ?? '').includes('text/event-stream');
    if (!streams) {
      if (asked.size >= (where.atOnce ?? AT_ONCE)) {
        response.setHeader('retry-after', '1').setHeader('connection', 'close');
        return answer(response, 503, refusedWith('UNAVAILABLE', 'There is too much to do at the moment.'));
      }
      asked.add(response);
      response.once('close', () => asked.delete(response));
    }
    const body = await bodyOf(request);
    if (body === null)
      return answer(response, 413, { errors: [{ message: 'The body is too large.', extensions: { code: 'BODY_TOO_LARGE' } }] });
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const call = callOf(request, body, AbortSignal.any([stopping.signal, gone.signal]));
    if (call === null)
      return answer(response, 400, { errors: [{ message: 'The body is not a GraphQL request.', extensions: { code: 'BAD_REQUEST' } }] });
    // Before Apollo Server sees it, which would say of a wrong document what the schema has instead.
    if (!subgraph.isProven(call)) return answer(response, 403, refusedWith(...proofRequired));
    if (streams) return stream(request, response, call);
    const headers = new HeaderMap(
      Object.entries(request.headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value] as const] : [])),
    );
    const result = await apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: { method: 'POST', headers, search: '', body: JSON.parse(body) },
      context: async () => ({ call }),
    });
    for (const [name, value] of result.headers) response.setHeader(name, value);
    response.statusCode = result.status ?? 200;
    response.end(result.body.kind === 'complete' ? result.body.string : '');
  }

  async function stream(request: IncomingMessage, response: ServerResponse, call: SubgraphCall): Promise<void> {
    const handler = createHandler({ onSubscribe: async () => subgraph.execute(call) as Promise<AsyncIterable<ExecutionResult>> });
    // Broken off, not completed: whoever reads it hears that there is more to come, and asks again.
    stopping.signal.addEventListener('abort', () => response.destroy(), { once: true });
    // The body was read for the proof, so the handler is given it parsed.
    await handler(Object.assign(request, { body: JSON.parse(call.body) as Record<string, unknown> }), response);
  }

  const server = createServer({ keepAliveTimeout: IDLE_MS }, (request, response) => {
    if (stopping.signal.aborted) response.setHeader('connection', 'close');
    serve(request, response).catch((error: unknown) => {
      where.log.error({ code: 'UNEXPECTED', error: error instanceof Error ? error.name : 'unknown' });
      if (!response.headersSent)
        answer(response, 500, {
          errors: [{ message: 'Something went wrong on our side.', extensions: { code: 'INTERNAL_SERVER_ERROR' } }],
        });
      else response.end();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(where.port, where.host, resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : where.port;
  return {
    url: `http://${where.host}:${port}/graphql`,
    async stop() {
      stopping.abort();
      await drain(server, asked);
      await apollo.stop();
    },
  };
}
