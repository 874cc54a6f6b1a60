import type { ServerResponse } from 'node:http';
import type { PublicError } from './masking.ts';

/** What every response says, whatever is in it. Pages of the console replace the content policy with their own. */
export function secure(response: ServerResponse, requestId: string): void {
  response.setHeader('x-request-id', requestId);
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('x-frame-options', 'DENY');
  response.setHeader('referrer-policy', 'no-referrer');
  response.setHeader('cross-origin-resource-policy', 'same-origin');
  response.setHeader('content-security-policy', "default-src 'none'; frame-ancestors 'none'");
}

/** Ends a response with JSON. Nothing that comes from the graph may be kept by a cache on the way. */
export function sendJson(response: ServerResponse, status: number, value: unknown, options: { type?: string; cache?: string } = {}): void {
  const body = JSON.stringify(value);
  response.writeHead(status, {
    'content-type': `${options.type ?? 'application/json'}; charset=utf-8`,
    'cache-control': options.cache ?? 'no-store',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}

/** What may be kept of a public text, and by which mark it is known again. */
export interface Kept {
  readonly type: string;
  readonly cache: string;
  readonly etag: string;
}

/** Ends a response with a text that everybody may read and keep. Any page may read it: it names nobody. */
export function sendText(response: ServerResponse, body: string, { type, cache, etag }: Kept): void {
  response.setHeader('cross-origin-resource-policy', 'cross-origin');
  response.writeHead(200, { 'content-type': type, 'cache-control': cache, etag, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

/** Says that what the caller has kept still holds (RFC 9110 §15.4.5). */
export function sendUnchanged(response: ServerResponse, { cache, etag }: Kept): void {
  response.writeHead(304, { 'cache-control': cache, etag });
  response.end();
}

/** Refuses a request as GraphQL does, so that every client can read why: a message, a stable code and the request id. */
export function sendRefusal(response: ServerResponse, status: number, code: string, message: string): void {
  const requestId = String(response.getHeader('x-request-id') ?? '');
  const errors: PublicError[] = [{ message, extensions: { code, requestId } }];
  sendJson(response, status, { errors });
}

/** Asks for a token (RFC 6750 §3). */
export function sendUnauthenticated(response: ServerResponse, options: { hadToken: boolean }): void {
  response.setHeader('www-authenticate', options.hadToken ? 'Bearer error="invalid_token"' : 'Bearer');
  sendRefusal(response, 401, 'UNAUTHENTICATED', options.hadToken ? 'The token is wrong or has expired.' : 'This needs a bearer token.');
}
