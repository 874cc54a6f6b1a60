import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { limits } from './limits.ts';
import { BodyTooLarge, readBody } from './request-body.ts';
import type { GraphRequest } from './supergraph.ts';

/** The request holds no GraphQL request: what is wrong with it, for its sender. */
export class UnreadableRequest extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

const shape = z.object({
  query: z.string(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
});

/** Reads a GraphQL request from a POST body or a GET address. JSON only: what a form on another site can send is never a request. */
export async function readGraphRequest(request: IncomingMessage): Promise<GraphRequest> {
  const parsed = shape.safeParse(request.method === 'GET' ? fromAddress(request.url ?? '') : await fromBody(request));
  if (!parsed.success) {
    throw new UnreadableRequest(
      400,
      'BAD_REQUEST',
      'A request is {"query": text, "variables": object, "operationName": text}; only the first is needed.',
    );
  }
  const { query, variables, operationName } = parsed.data;
  refuseWild(variables, 0);
  return { query, variables: variables ?? undefined, operationName: operationName ?? undefined };
}

/** Refuses values that no two readers take for the same: a number that is none once read, and a depth at which one reader gives up. */
function refuseWild(value: unknown, depth: number): void {
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new UnreadableRequest(400, 'BAD_USER_INPUT', 'A number in the variables is too large.');
  if (typeof value !== 'object' || value === null) return;
  if (depth > limits.variableDepth) {
    throw new UnreadableRequest(400, 'BAD_USER_INPUT', `The variables are nested more than ${limits.variableDepth} levels deep.`);
  }
  for (const part of Object.values(value)) refuseWild(part, depth + 1);
}

async function fromBody(request: IncomingMessage): Promise<unknown> {
  const type = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  if (type !== 'application/json') throw new UnreadableRequest(415, 'UNSUPPORTED_MEDIA_TYPE', 'Send the request as application/json.');
  try {
    return JSON.parse(await readBody(request, limits.bodyBytes));
  } catch (error) {
    if (error instanceof BodyTooLarge) throw new UnreadableRequest(413, 'BODY_TOO_LARGE', `A body may have ${limits.bodyBytes} bytes.`);
    if (error instanceof SyntaxError) throw new UnreadableRequest(400, 'BAD_REQUEST', 'The body is not JSON.');
    throw error;
  }
}

function fromAddress(address: string): unknown {
  const parameters = new URL(address, 'http://gateway').searchParams;
  const variables = parameters.get('variables');
  try {
    return {
      query: parameters.get('query'),
      operationName: parameters.get('operationName'),
      variables: variables === null ? null : JSON.parse(variables),
    };
  } catch {
    throw new UnreadableRequest(400, 'BAD_REQUEST', 'The variables in the address are not JSON.');
  }
}
