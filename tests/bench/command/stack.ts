/**
 * A process of the bench. `together`: the four subgraphs, each behind a port of its own as well, and the gateway in the same
 * process. `gateway`: our gateway alone, which reaches those ports over HTTP. It says where it listens in one line of JSON.
 */
import { createAskVerifier } from '#kernel/ask.ts';
import { createSandboxClock } from '#kernel/clock.ts';
import { listenSubgraph } from '#kernel/http.ts';
import { deriveKey, signingPairOf, subgraphSecret } from '#kernel/keys.ts';
import { createLog } from '#kernel/log.ts';
import { type SubgraphName, subgraphNames } from '#kernel/names.ts';
import type { AskTransport, RunningSubgraph } from '#kernel/subgraph.ts';
import { createTokenVerifier } from '#kernel/token.ts';
import { addressesOf } from '#prisma/database.ts';
import { loadDefinition, startInProcess } from '../../../gateway/in-process.ts';
import { createInternalAsk } from '../../../gateway/internal-ask.ts';
import { routesOf } from '../../../gateway/routes.ts';
import { listen } from '../../../gateway/server.ts';
import { databasePasswordsOf, perSubgraph } from '../../../gateway/start-parts.ts';
import { type CallSubgraph, createSubgraphCalls, type SubgraphLink } from '../../../gateway/subgraph-call.ts';
import { httpLink } from '../../../gateway/subgraph-http.ts';
import { createSupergraph } from '../../../gateway/supergraph.ts';
import { readSupergraph } from '../../../gateway/supergraph-file.ts';

/** What the bench tells a process, as JSON in its environment. */
export interface StackTold {
  readonly role: 'together' | 'gateway';
  readonly ownerUrl: string;
  readonly rootSecret: string;
  readonly issuer: string;
  readonly jwksUri: string;
  /** Where the subgraphs listen; only for `gateway`. */
  readonly subgraphs?: Readonly<Record<SubgraphName, string>>;
}

/** What it answers. */
export interface StackSaid {
  readonly graphql: string;
  readonly subgraphs: Readonly<Record<SubgraphName, string>>;
}

const host = '127.0.0.1';
const told = JSON.parse(process.env['BENCH_STACK'] ?? '{}') as StackTold;
const secrets = perSubgraph((name) => subgraphSecret(told.rootSecret, name));
const askKeys = perSubgraph((name) => signingPairOf(secrets[name], 'ask').publicKey);
const tokens = createTokenVerifier({ issuer: told.issuer, audience: 'goodfaith', jwksUri: new URL(told.jwksUri) });
const asks = createAskVerifier(askKeys);
const log = createLog('error', 'bench');

async function serve(call: CallSubgraph, ready: (transport: AskTransport) => void): Promise<string> {
  const supergraph = await createSupergraph({ sdl: readSupergraph(), call, introspection: false });
  ready(createInternalAsk({ supergraph, asks, log }));
  const closing = new AbortController();
  const routes = routesOf({
    ...{ supergraph, tokens, asks, log, closing: closing.signal },
    production: true,
    isReady: async () => true,
    documentKeys: async () => ({ keys: [] }),
  });
  return `${(await listen(routes, { host, port: 0, corsOrigins: [], log, closing })).url}/graphql`;
}

const callsOver = (linkOf: (name: SubgraphName) => SubgraphLink): CallSubgraph =>
  createSubgraphCalls(
    perSubgraph(linkOf),
    perSubgraph((name) => deriveKey(secrets[name], 'hop')),
  );

async function together(): Promise<StackSaid> {
  const ask = Promise.withResolvers<AskTransport>();
  const running: Record<SubgraphName, RunningSubgraph> = await startInProcess((name) => ({
    database: addressesOf(told.ownerUrl, name, databasePasswordsOf(secrets[name])),
    secret: secrets[name],
    ...{ tokens, askKeys, log, clock: createSandboxClock() },
    ask: async (...asked) => (await ask.promise)(...asked),
  }));
  const graphql = await serve(
    callsOver((name) => (call) => running[name].execute(call)),
    ask.resolve,
  );
  await Promise.all(subgraphNames.map((name) => running[name].ready));
  const ports = await Promise.all(
    subgraphNames.map(async (name) => {
      const { schema } = await loadDefinition(name);
      return [name, (await listenSubgraph(running[name], schema, { host, port: 0, log })).url] as const;
    }),
  );
  return { graphql, subgraphs: Object.fromEntries(ports) as StackSaid['subgraphs'] };
}

async function alone(subgraphs: Readonly<Record<SubgraphName, string>>): Promise<StackSaid> {
  const graphql = await serve(
    callsOver((name) => httpLink(new URL(subgraphs[name]))),
    () => undefined,
  );
  return { graphql, subgraphs };
}

const said = told.role === 'gateway' && told.subgraphs ? await alone(told.subgraphs) : await together();
console.log(JSON.stringify(said));
process.on('SIGTERM', () => process.exit(0));
