import { createAskVerifier } from '#kernel/ask.ts';
import { createSandboxClock, systemClock } from '#kernel/clock.ts';
import { type Env, tokenIssuerIn } from '#kernel/env.ts';
import { deriveKey, signingPairOf, subgraphSecret } from '#kernel/keys.ts';
import { createLog } from '#kernel/log.ts';
import { type SubgraphName, subgraphNames } from '#kernel/names.ts';
import type { AskTransport } from '#kernel/subgraph.ts';
import { createTokenVerifier, type TokenVerifier } from '#kernel/token.ts';
import { prepareDatabase, throughPooler, withReplica } from '#prisma/database.ts';
import { startPostgres } from '#prisma/postgres.ts';
import { documentKeysOf, offlineKitOf, statusListOf } from './document-keys.ts';
import { takeReports } from './exam-reports.ts';
import { startInProcess } from './in-process.ts';
import { createInternalAsk } from './internal-ask.ts';
import { createEmbeddedIssuer, type EmbeddedIssuer } from './issuer.ts';
import { databasePasswordsOf, listenOrRefuse, perSubgraph, releaseStartMemory, type Started, undoList } from './start-parts.ts';
import { rootSecretIn } from './root-secret.ts';
import { routesOf } from './routes.ts';
import { sandboxRoutes } from './sandbox.ts';
import { createSubgraphCalls } from './subgraph-call.ts';
import { createSupergraph } from './supergraph.ts';
import { readSupergraph } from './supergraph-file.ts';

/** Everything in one process: database, four subgraphs, gateway. When a step fails, the steps before it are undone. */
export async function startAll(env: Env, say: (line: string) => void): Promise<Started> {
  const undo = undoList();
  try {
    const ownerUrl = await database(env, say, undo.add);
    const root = env.rootSecret ?? rootSecretIn(env.dataDir);
    const secrets = perSubgraph((name) => subgraphSecret(root, name));
    const databases = await prepareDatabase(ownerUrl, subgraphNames, (name) => databasePasswordsOf(secrets[name]), say);
    if (env.sandbox) await (await import('#prisma/seed.ts')).seed(ownerUrl, env.dataDir, say);

    const { tokens, embedded } = signIn(env);
    const sandboxClock = env.sandboxClock ? createSandboxClock() : null;
    const askKeys = perSubgraph((name) => signingPairOf(secrets[name], 'ask').publicKey);
    const asks = createAskVerifier(askKeys);
    const log = createLog(env.logLevel, 'gateway');

    say('subgraphs: starting');
    // The subgraphs ask the graph, and the graph is made of the subgraphs: an early ask waits until both are there.
    const ask = Promise.withResolvers<AskTransport>();
    const running = await startInProcess((name) => ({
      ...{ tokens, askKeys, secret: secrets[name] },
      database: withReplica(throughPooler(databases[name], env.databasePoolerUrl), env.databaseReplicaUrl),
      ...{ clock: sandboxClock ?? systemClock, log: createLog(env.logLevel, name) },
      ask: async (...asked) => (await ask.promise)(...asked),
    }));
    undo.add(async () => void (await Promise.all(subgraphNames.map((name) => running[name].stop()))));

    say('graph: composing');
    const links = perSubgraph((name) => (call: Parameters<(typeof running)[SubgraphName]['execute']>[0]) => running[name].execute(call));
    const call = createSubgraphCalls(
      links,
      perSubgraph((name) => deriveKey(secrets[name], 'hop')),
    );
    const supergraph = await createSupergraph({
      sdl: readSupergraph(perSubgraph((name) => running[name].sdl)),
      call,
      introspection: !env.production,
    });
    undo.add(() => supergraph.stop());
    ask.resolve(createInternalAsk({ supergraph, asks, log }));
    await Promise.all(subgraphNames.map((name) => running[name].ready));

    say('gateway: listening');
    const closing = new AbortController();
    const routes = routesOf({
      ...{ supergraph, tokens, asks, log, production: env.production, closing: closing.signal },
      isReady: async () => true,
      examReports: takeReports(running.prescriptions, secrets.prescriptions),
      statusList: async () => (await statusListOf(running.prescriptions, secrets.prescriptions)).list,
      offlineKit: async () => (await offlineKitOf(running.prescriptions, secrets.prescriptions)).kit,
      documentKeys: () => documentKeysOf(running.prescriptions, secrets.prescriptions),
      ...(embedded ? sandboxRoutes({ dataDir: env.dataDir, issuer: embedded, clock: sandboxClock }) : {}),
    });
    const server = await listenOrRefuse(routes, { ...env, log, closing });
    undo.add(() => server.stop());
    releaseStartMemory();
    say(`ready ${server.url}/graphql`);
    return { stop: undo.run };
  } catch (error) {
    await undo.run();
    throw error;
  }
}

/** Whom access tokens are believed from: a real issuer, or else the embedded one. */
function signIn(env: Env): { tokens: TokenVerifier; embedded: EmbeddedIssuer | null } {
  const elsewhere = tokenIssuerIn(env);
  if (elsewhere) return { tokens: createTokenVerifier(elsewhere), embedded: null };
  const embedded = createEmbeddedIssuer(env.dataDir, env.audience);
  return { tokens: createTokenVerifier({ issuer: embedded.issuer, audience: embedded.audience, keys: embedded.publicKeys }), embedded };
}

async function database(env: Env, say: (line: string) => void, undo: (step: () => Promise<void>) => void): Promise<string> {
  if (env.databaseUrl !== undefined) return env.databaseUrl;
  say(`database: starting PostgreSQL in ${env.dataDir}`);
  const postgres = await startPostgres(env.dataDir, say);
  undo(() => postgres.stop());
  return postgres.url;
}
