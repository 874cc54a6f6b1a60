/** The real gateway in front of stub subgraphs, on a port of its own, with an issuer whose tokens the test signs itself. */
import { generateKeyPairSync } from 'node:crypto';
import { SignJWT } from 'jose';
import { createAskVerifier, signAsk } from '#kernel/ask.ts';
import { listenSubgraph } from '#kernel/http.ts';
import { signingPairOf } from '#kernel/keys.ts';
import { createLog } from '#kernel/log.ts';
import { type SubgraphName, subgraphNames } from '#kernel/names.ts';
import { createTokenVerifier } from '#kernel/token.ts';
import { type RouteOptions, routesOf } from '../../gateway/routes.ts';
import { listen } from '../../gateway/server.ts';
import { createSubgraphCalls, type SubgraphLink } from '../../gateway/subgraph-call.ts';
import { httpLink } from '../../gateway/subgraph-http.ts';
import { createSupergraph } from '../../gateway/supergraph.ts';
import { composeSupergraph } from '../../schema/compose.ts';
import { createStubs, type Stub, stubSdls } from './stub-subgraphs.ts';

const issuer = 'https://issuer.test';
const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const jwks = { keys: [{ ...keys.publicKey.export({ format: 'jwk' }), kid: 'k', alg: 'ES256' }] };
const hopKeys = perSubgraph((_, index) => Buffer.alloc(32, index + 1));
const secrets = perSubgraph((_, index) => Buffer.alloc(32, 100 + index).toString('base64url'));
const supergraphSdl = composeSupergraph(stubSdls);

/** An access token that the gateway under test believes. */
export async function token(sub = 'usr_test', seconds = 600): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({ grants: [], name: sub })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'k' })
    .setIssuer(issuer)
    .setAudience('goodfaith')
    .setSubject(sub)
    .setIssuedAt(now)
    .setExpirationTime(now + seconds)
    .sign(keys.privateKey);
}

/** An ask token for one document. */
export function askFor(document: string, service: SubgraphName = 'prescriptions'): Promise<string> {
  const key = signingPairOf(secrets[service], 'ask').privateKey;
  return signAsk(key, { service, as: 'service', user: null, document, nowMs: Date.now() });
}

/** A running gateway and the stubs behind it. */
export interface StubGateway {
  readonly url: string;
  readonly stubs: Record<SubgraphName, Stub>;
  /** Posts one GraphQL request as somebody. */
  ask(query: string, options?: AskOptions): Promise<{ status: number; headers: Headers; body: Answer }>;
  /** Takes one subgraph away; in process its link answers nothing from then on. */
  kill(name: SubgraphName): Promise<void>;
  stop(): Promise<void>;
}

/** The part of an answer that tests look at. */
export interface Answer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly { message: string; path?: unknown; extensions: { code: string; requestId: string } }[];
}

interface AskOptions {
  readonly as?: string | null;
  readonly variables?: Record<string, unknown>;
  readonly operationName?: string;
  readonly headers?: Record<string, string>;
  readonly path?: string;
}

/** Starts the gateway; `over` says how it reaches its subgraphs. */
export async function startStubGateway(
  options: {
    over?: 'process' | 'http';
    production?: boolean;
    corsOrigins?: string[];
    deadlineMs?: number;
    more?: Partial<RouteOptions>;
    /** Where each subgraph is asked instead of at its stub. */
    elsewhere?: Partial<Record<SubgraphName, URL>>;
    /** How many questions a stub over HTTP answers at once. */
    atOnce?: number;
  } = {},
): Promise<StubGateway> {
  const log = createLog('silent', 'gateway');
  const stubs = createStubs(hopKeys);
  const overHttp = options.over === 'http';
  const ports = overHttp
    ? await Promise.all(
        subgraphNames.map((name) =>
          listenSubgraph(stubs[name], stubs[name].schema, {
            port: 0,
            host: '127.0.0.1',
            log,
            ...(options.atOnce === undefined ? {} : { atOnce: options.atOnce }),
          }),
        ),
      )
    : [];
  const links = perSubgraph(
    (name, index): SubgraphLink =>
      overHttp ? httpLink(options.elsewhere?.[name] ?? new URL(ports[index]?.url ?? '')) : (call) => stubs[name].execute(call),
  );
  const call = createSubgraphCalls(links, hopKeys, options.deadlineMs === undefined ? {} : { deadlineMs: options.deadlineMs });
  const production = options.production ?? false;
  const supergraph = await createSupergraph({ sdl: supergraphSdl, call, introspection: !production });
  const closing = new AbortController();
  const routes = routesOf({
    ...{ supergraph, production, log, closing: closing.signal },
    tokens: createTokenVerifier({ issuer, audience: 'goodfaith', keys: jwks }),
    asks: createAskVerifier(perSubgraph((name) => signingPairOf(secrets[name], 'ask').publicKey)),
    isReady: async () => true,
    documentKeys: async () => ({ keys: [] }),
    ...options.more,
  });
  const server = await listen(routes, { host: '127.0.0.1', port: 0, corsOrigins: options.corsOrigins ?? [], log, closing });
  return {
    ...{ url: server.url, stubs },
    ask: (query, asked) => post(server.url, query, asked ?? {}),
    async kill(name) {
      await ports[subgraphNames.indexOf(name)]?.stop();
    },
    async stop() {
      await server.stop();
      await supergraph.stop();
      await Promise.all(ports.map((port) => port.stop()));
    },
  };
}

async function post(url: string, query: string, { as, variables, operationName, headers, path }: AskOptions) {
  const bearer = as === null ? undefined : (as ?? (await token()));
  const response = await fetch(`${url}${path ?? '/graphql'}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }), ...headers },
    body: JSON.stringify({ query, variables, operationName }),
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Answer };
}

function perSubgraph<Value>(value: (name: SubgraphName, index: number) => Value): Record<SubgraphName, Value> {
  return Object.fromEntries(subgraphNames.map((name, index) => [name, value(name, index)])) as Record<SubgraphName, Value>;
}
