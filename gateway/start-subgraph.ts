import { systemClock } from '#kernel/clock.ts';
import { type Env, EnvRefused } from '#kernel/env.ts';
import { listenSubgraph, type OpenPaths, type ReceivingPaths } from '#kernel/http.ts';
import { createLog } from '#kernel/log.ts';
import type { SubgraphName } from '#kernel/names.ts';
import { startSubgraph } from '#kernel/serve.ts';
import { createTokenVerifier } from '#kernel/token.ts';
import { prepareDatabase, throughPooler, withReplica } from '#prisma/database.ts';
import { documentKeysOf, offlineKitOf, statusListOf } from './document-keys.ts';
import { takeForwarded, takeReports } from './exam-reports.ts';
import { loadDefinition } from './in-process.ts';
import { createRemoteAsk } from './internal-ask.ts';
import { KIT_PATH, STATUS_PATH } from './order-status.ts';
import { REPORT_PATH } from './report-door.ts';
import { databasePasswordsOf, outsideIssuer, refusalOf, releaseStartMemory, type Started, undoList } from './start-parts.ts';

/** One subgraph in a process of its own, with its own database and its own secret. */
export async function startOneSubgraph(name: SubgraphName, env: Env, say: (line: string) => void): Promise<Started> {
  const { databaseUrl, secret, askKeys, gatewayUrl, issuer } = needed(name, env);
  const log = createLog(env.logLevel, name);
  const undo = undoList();
  try {
    // The owner's address is used here and by nothing afterwards.
    const addresses = (await prepareDatabase(databaseUrl, [name], () => databasePasswordsOf(secret), say))[name];
    const database = withReplica(throughPooler(addresses, env.databasePoolerUrl), env.databaseReplicaUrl);
    say(`${name}: starting`);
    const definition = await loadDefinition(name);
    const tokens = createTokenVerifier(issuer);
    const running = await startSubgraph(definition, {
      database,
      secret,
      tokens,
      askKeys,
      ask: createRemoteAsk(gatewayUrl),
      clock: systemClock,
      log,
    });
    undo.add(() => running.stop());
    const open: OpenPaths =
      name === 'prescriptions'
        ? {
            '/.well-known/jwks.json': () => documentKeysOf(running, secret),
            [STATUS_PATH]: () => statusListOf(running, secret),
            [KIT_PATH]: () => offlineKitOf(running, secret),
          }
        : {};
    const receive: ReceivingPaths = name === 'prescriptions' ? { [REPORT_PATH]: takeForwarded(takeReports(running, secret)) } : {};
    const listening = await listenSubgraph(running, definition.schema, { host: env.host, port: env.port, log, open, receive }).catch(
      (error: Error) => {
        throw refusalOf(error, env);
      },
    );
    undo.add(() => listening.stop());
    releaseStartMemory();
    say(`ready ${listening.url}`);
    return { stop: undo.run };
  } catch (error) {
    await undo.run();
    throw error;
  }
}

/** What the environment must hold for this part, or everything that is missing at once. */
function needed(name: SubgraphName, env: Env) {
  const { issuer, missing: noIssuer } = outsideIssuer(env);
  const { databaseUrl, subgraphSecret: secret, askKeys, gatewayUrl } = env;
  if (issuer && databaseUrl !== undefined && secret !== undefined && askKeys && gatewayUrl)
    return { issuer, databaseUrl, secret, askKeys, gatewayUrl };
  throw new EnvRefused([
    ...noIssuer,
    ...(databaseUrl === undefined ? [`DATABASE_URL is needed by ${name}: a PostgreSQL 18 it may migrate.`] : []),
    ...(secret === undefined ? [`SUBGRAPH_SECRET is needed by ${name}: npm run secrets makes it.`] : []),
    ...(askKeys ? [] : [`ASK_KEYS is needed by ${name}: npm run secrets makes it.`]),
    ...(gatewayUrl ? [] : [`GATEWAY_URL is needed by ${name}: where the gateway listens, such as http://gateway:4000.`]),
  ]);
}
