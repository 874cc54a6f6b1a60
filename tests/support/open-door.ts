import { request } from 'node:http';
import { decodeJwt } from 'jose';
import { createAskVerifier } from '#kernel/ask.ts';
import { deriveKey, signingPairOf } from '#kernel/keys.ts';
import { createLog } from '#kernel/log.ts';
import { type SubgraphName, subgraphNames } from '#kernel/names.ts';
import { routesOf } from '../../gateway/routes.ts';
import { listen } from '../../gateway/server.ts';
import { createSubgraphCalls } from '../../gateway/subgraph-call.ts';
import { createSupergraph } from '../../gateway/supergraph.ts';
import { composeSupergraph } from '../../schema/compose.ts';
import type { Data, TestGraph } from './graph.ts';

const each = <Value>(value: (name: SubgraphName) => Value) =>
  Object.fromEntries(subgraphNames.map((name) => [name, value(name)])) as Record<SubgraphName, Value>;

/** What came back over HTTP: all of it, as it stood on the wire. */
export interface WireReply {
  readonly status: number;
  readonly text: string;
  readonly body: Data;
}

/** The gateway's HTTP server in front of a test's graph. */
export interface OpenDoor extends AsyncDisposable {
  readonly url: string;
  post(token: string, body: unknown, headers?: Record<string, string>): Promise<WireReply>;
}

/**
 * Each request on a connection of its own: server and sender share this process, so a socket that was kept open may be closed by the
 * one in the very turn in which the other takes it up again.
 */
function send(url: string, headers: Record<string, string>, body: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      { method: 'POST', agent: false, headers: { ...headers, 'content-length': Buffer.byteLength(body) } },
      (reply) => {
        const chunks: Buffer[] = [];
        reply.on('data', (chunk: Buffer) => chunks.push(chunk));
        reply.on('end', () => resolve({ status: reply.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }));
        reply.on('error', reject);
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Opens a door whose own look at tokens is skipped: each subgraph looks again, and errors are masked as in production. */
export async function openDoor(graph: TestGraph): Promise<OpenDoor> {
  const log = createLog(process.env['TEST_LOG'] ?? 'silent', 'door');
  const call = createSubgraphCalls(
    each((name) => (asked) => graph.running[name].execute(asked)),
    each((name) => deriveKey(graph.secrets[name], 'hop')),
  );
  const supergraph = await createSupergraph({ sdl: composeSupergraph(each((name) => graph.running[name].sdl)), call, introspection: true });
  const closing = new AbortController();
  const routes = routesOf({
    ...{ supergraph, log, production: false, closing: closing.signal },
    tokens: { verify: async (token) => Object.assign(decodeJwt(token), { expiresAt: Number.MAX_SAFE_INTEGER / 1000 }) as never },
    asks: createAskVerifier(each((name) => signingPairOf(graph.secrets[name], 'ask').publicKey)),
    isReady: async () => true,
    documentKeys: async () => ({ keys: [] }),
  });
  const server = await listen(routes, { host: '127.0.0.1', port: 0, corsOrigins: [], log, closing });
  const url = `${server.url}/graphql`;
  return {
    url,
    async post(token, body, headers = {}) {
      const asked = { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers };
      const { status, text } = await send(url, asked, typeof body === 'string' ? body : JSON.stringify(body));
      return { status, text, body: text.startsWith('{') ? JSON.parse(text) : null };
    },
    async [Symbol.asyncDispose]() {
      await server.stop();
      await supergraph.stop();
    },
  };
}
