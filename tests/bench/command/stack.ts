/**
 * A process of the bench. `together`: the four subgraphs and the gateway in one process. `subgraphs`: the four behind a port each, which put
 * their questions to a gateway over HTTP. `gateway`: our gateway alone, which reaches such ports. It says where it listens in one line of JSON.
 */
import { createAskVerifier } from '#kernel/ask.ts';
import { createSandboxClock } from '#kernel/clock.ts';
import { listenSubgraph } from '#kernel/http.ts';
import { deriveKey, signingPairOf, subgraphSecret } from '#kernel/keys.ts';
import { createLog } from '#kernel/log.ts';
import { type SubgraphName, subgraphNames } from '#kernel/names.ts';
import type { AskTransport, RunningSubgraph } from '#kernel/subgraph.ts';
import { createTokenVerifier } from '#kernel/token.ts';
import { addressesOf, throughPooler } from '#prisma/database.ts';
import { loadDefinition, startInProcess } from '../../../gateway/in-process.ts';
import { createInternalAsk, createRemoteAsk } from '../../../gateway/internal-ask.ts';
import { routesOf } from '../../../gateway/routes.ts';
import { listen } from '../../../gateway/server.ts';
import { databasePasswordsOf, perSubgraph } from '../../../gateway/start-parts.ts';
import { type CallSubgraph, createSubgraphCalls, type SubgraphLink } from '../../../gateway/subgraph-call.ts';
import { httpLink } from '../../../gateway/subgraph-http.ts';
import { createSupergraph } from '../../../gateway/supergraph.ts';
import { readSupergraph } from '../../../gateway/supergraph-file.ts';
import { answerWithProfiles } from './profile-server.ts';

/** What the bench tells a process, as JSON in its environment. */
export interface StackTold {
  readonly role: 'together' | 'subgraphs' | 'gateway';
  /** Whose plans the gateway goes by: those of the planner it is deployed with, unless it says `engine`. */
  readonly planner?: 'rust' | 'engine';
  readonly ownerUrl: string;
  /** Where a pooler stands before the database, for requests to go through it. */
  readonly poolerUrl?: string;
  readonly rootSecret: string;
  readonly issuer: string;
  readonly jwksUri: string;
  /** Where the gateway listens: for `gateway`, which takes it, and for `subgraphs`, which ask there. */
  readonly port?: number;
  /** Where the subgraphs listen; only for `gateway`. */
  readonly subgraphs?: Addresses;
}

type Addresses = Readonly<Record<SubgraphName, string>>;

/** What it answers. */
export interface StackSaid {
  /** Empty for `subgraphs`. */
  readonly graphql: string;
  /** Only of `subgraphs`. */
  readonly subgraphs?: Addresses;
}

const host = '127.0.0.1';
const told = JSON.parse(process.env['BENCH_STACK'] ?? '{}') as StackTold;
const secrets = perSubgraph((name) => subgraphSecret(told.rootSecret, name));
const askKeys = perSubgraph((name) => signingPairOf(secrets[name], 'ask').publicKey);
const tokens = createTokenVerifier({ issuer: told.issuer, audience: 'goodfaith', jwksUri: new URL(told.jwksUri) });
const asks = createAskVerifier(askKeys);
const log = createLog('error', 'bench');

async function serve(call: CallSubgraph, ready: (transport: AskTransport) => void): Promise<string> {
  const supergraph = await createSupergraph({
    ...{ sdl: readSupergraph(), call, introspection: false },
    planner: told.planner ?? 'rust',
  });
  ready(createInternalAsk({ supergraph, asks, log }));
  const closing = new AbortController();
  const routes = routesOf({
    ...{ supergraph, tokens, asks, log, closing: closing.signal },
    production: true,
    isReady: async () => true,
    documentKeys: async () => ({ keys: [] }),
  });
  return `${(await listen(routes, { host, port: told.port ?? 0, corsOrigins: [], log, closing })).url}/graphql`;
}

const callsOver = (linkOf: (name: SubgraphName) => SubgraphLink): CallSubgraph =>
  createSubgraphCalls(
    perSubgraph(linkOf),
    perSubgraph((name) => deriveKey(secrets[name], 'hop')),
  );

const startSubgraphs = (ask: AskTransport): Promise<Record<SubgraphName, RunningSubgraph>> =>
  startInProcess((name) => ({
    database: throughPooler(addressesOf(told.ownerUrl, name, databasePasswordsOf(secrets[name])), told.poolerUrl),
    secret: secrets[name],
    ...{ tokens, askKeys, log, clock: createSandboxClock(), ask },
  }));

async function together(): Promise<StackSaid> {
  const ask = Promise.withResolvers<AskTransport>();
  const running = await startSubgraphs(async (...asked) => (await ask.promise)(...asked));
  const graphql = await serve(
    callsOver((name) => (call) => running[name].execute(call)),
    ask.resolve,
  );
  await Promise.all(subgraphNames.map((name) => running[name].ready));
  return { graphql };
}

async function behind(port: number): Promise<StackSaid> {
  const running = await startSubgraphs(createRemoteAsk(new URL(`http://${host}:${port}`)));
  const ports = await Promise.all(
    subgraphNames.map(async (name) => {
      const { schema } = await loadDefinition(name);
      return [name, (await listenSubgraph(running[name], schema, { host, port: 0, log })).url] as const;
    }),
  );
  return { graphql: '', subgraphs: Object.fromEntries(ports) as unknown as Addresses };
}

async function alone(subgraphs: Addresses): Promise<StackSaid> {
  const graphql = await serve(
    callsOver((name) => httpLink(new URL(subgraphs[name]))),
    () => undefined,
  );
  return { graphql };
}

function start(): Promise<StackSaid> {
  if (told.role === 'together') return together();
  if (told.role === 'gateway' && told.subgraphs) return alone(told.subgraphs);
  if (told.role === 'subgraphs' && told.port !== undefined) return behind(told.port);
  throw new Error('A gateway needs subgraphs, and subgraphs need a gateway.');
}

console.log(JSON.stringify(await start()));
answerWithProfiles();
process.on('SIGTERM', () => process.exit(0));
