/**
 * `@apollo/gateway` behind `@apollo/server`, over the same subgraphs and with `schema/supergraph.graphql` unchanged. It
 * runs in a process of its own; its packages are in a temporary folder, because its licence (Elastic-2.0) keeps it out of ours.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { createRequire } from 'node:module';
import { makeProof } from '#kernel/hop.ts';
import { deriveKey, subgraphSecret } from '#kernel/keys.ts';
import type { SubgraphName } from '#kernel/names.ts';
import { perSubgraph } from '../../../gateway/start-parts.ts';

/** What the bench tells it, as JSON in its environment. */
export interface ApolloTold {
  readonly folder: string;
  readonly rootSecret: string;
  readonly subgraphs: Readonly<Record<SubgraphName, string>>;
  /** Where it is to listen: its subgraphs put their own questions there too. */
  readonly port: number;
}

interface Context {
  readonly authorization?: string;
  readonly idempotencyKey?: string;
  readonly requestId?: string;
}

interface Outgoing {
  readonly request: { readonly http: { readonly headers: Map<string, string> } };
  readonly context: Context;
}

interface Source {
  readonly name: SubgraphName;
  readonly url: string;
}

/** As much of the packages as is used here: they are not installed with ours, and so are their types. */
interface Packages {
  ApolloServer: new (options: { gateway: unknown; introspection: boolean; stopOnTerminationSignals: boolean }) => object;
  ApolloGateway: new (options: { supergraphSdl: string; buildService(source: Source): unknown }) => object;
  RemoteGraphQLDataSource: new (options: { url: string; willSendRequest(outgoing: Outgoing): void }) => object;
  startStandaloneServer(
    server: object,
    options: { listen: { host: string; port: number }; context(of: { req: IncomingMessage }): Promise<Context> },
  ): Promise<{ url: string }>;
}

const told = JSON.parse(process.env['BENCH_APOLLO'] ?? '{}') as ApolloTold;
const require = createRequire(`${told.folder}/package.json`);
const packages: Packages = { ...require('@apollo/gateway'), ...require('@apollo/server'), ...require('@apollo/server/standalone') };
const hopKeys = perSubgraph((name) => deriveKey(subgraphSecret(told.rootSecret, name), 'hop'));

const headerOf = (value: string | string[] | undefined) => (Array.isArray(value) ? value[0] : value);

const gateway = new packages.ApolloGateway({
  supergraphSdl: readFileSync(new URL('../../../schema/supergraph.graphql', import.meta.url), 'utf8'),
  buildService: ({ name }) =>
    new packages.RemoteGraphQLDataSource({
      url: told.subgraphs[name],
      willSendRequest({ request, context: { authorization, idempotencyKey, requestId = randomUUID() } }) {
        const { http, ...asked } = request;
        http.headers.set('x-request-id', requestId);
        if (authorization !== undefined) http.headers.set('authorization', authorization);
        if (idempotencyKey !== undefined) http.headers.set('idempotency-key', idempotencyKey);
        const body = JSON.stringify(asked);
        http.headers.set('x-goodfaith-proof', makeProof(hopKeys[name], { subgraph: name, requestId, authorization, body }, Date.now()));
      },
    }),
});
const server = new packages.ApolloServer({ gateway, introspection: false, stopOnTerminationSignals: false });
const { url } = await packages.startStandaloneServer(server, {
  listen: { host: '127.0.0.1', port: told.port },
  context: async ({ req }) => ({
    authorization: req.headers.authorization,
    idempotencyKey: headerOf(req.headers['idempotency-key']),
    // A question of a subgraph comes with the id of the request it belongs to.
    requestId: headerOf(req.headers['x-request-id']) ?? randomUUID(),
  }),
});
console.log(JSON.stringify({ graphql: url }));
process.on('SIGTERM', () => process.exit(0));
