/** The one public port: which path is answered by whom. Every response carries a request id of ours and the security headers. */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { drain, IDLE_MS } from '#kernel/drain.ts';
import type { Log } from '#kernel/log.ts';
import { allowOrigin, answerPreflight } from './cross-origin.ts';
import { internalError, stackOf } from './masking.ts';
import { headerOf } from './request-headers.ts';
import { secure, sendJson, sendRefusal } from './responses.ts';

/** Answers one request; it has said everything when it resolves. */
export type Handle = (request: IncomingMessage, response: ServerResponse, requestId: string) => Promise<void> | void;

/** By `METHOD /path`. A path that is known with another method is 405, any other is 404. */
export type Routes = Readonly<Record<string, Handle>>;

/** A gateway that is listening. */
export interface GatewayServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** How long a request may take to arrive, and its headers alone: a slow sender holds a place in line. */
const ARRIVES_MS = 30_000;
const HEADERS_MS = 10_000;

/** Starts listening. Rejects with the error of the socket when the port cannot be had. */
export async function listen(
  routes: Routes,
  where: { host: string; port: number; corsOrigins: readonly string[]; log: Log; closing: AbortController },
): Promise<GatewayServer> {
  const { log, closing } = where;
  const paths = new Set(Object.keys(routes).map((route) => route.slice(route.indexOf(' ') + 1)));

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    // Only a subgraph's request keeps the id it came with, so that one id runs through a question and what it asked.
    const given = path === '/internal/graphql' ? headerOf(request, 'x-request-id') : undefined;
    const requestId = given !== undefined && /^[\w-]{8,80}$/.test(given) ? given : randomUUID();
    secure(response, requestId);
    allowOrigin(request, response, where.corsOrigins);
    const handle = routes[`${request.method} ${path}`];
    if (handle) return handle(request, response, requestId);
    if (!paths.has(path)) return sendRefusal(response, 404, 'NOT_FOUND', 'There is nothing at this address.');
    const methods = [...paths].includes(path) ? ['GET', 'POST'].filter((method) => routes[`${method} ${path}`]) : [];
    response.setHeader('allow', methods.join(', '));
    if (request.method === 'OPTIONS') return answerPreflight(response);
    sendRefusal(response, 405, 'METHOD_NOT_ALLOWED', `This address answers ${methods.join(' and ')}.`);
  }

  const answering = new Set<ServerResponse>();
  const server = createServer(
    { requestTimeout: ARRIVES_MS, headersTimeout: HEADERS_MS, keepAliveTimeout: IDLE_MS },
    (request, response) => {
      answering.add(response);
      response.once('close', () => answering.delete(response));
      if (closing.signal.aborted) response.setHeader('connection', 'close');
      answer(request, response).catch((error: unknown) => {
        const requestId = String(response.getHeader('x-request-id'));
        log.error({ requestId, code: 'UNEXPECTED', stack: stackOf(error) }, 'request failed');
        if (response.headersSent) response.destroy();
        else sendJson(response, 500, { errors: [internalError(requestId)] });
      });
    },
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(where.port, where.host, resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : where.port;
  return { url: `http://${where.host.includes(':') ? `[${where.host}]` : where.host}:${port}`, stop };

  async function stop(): Promise<void> {
    closing.abort();
    await drain(server, answering);
  }
}
