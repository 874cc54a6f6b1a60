import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { findBinaries, whoRuns } from './postgres-binaries.ts';
import { freePort, makeFolder, partsOf, prepareCluster, saveSettings, type Settings } from './postgres-folder.ts';
import { runningOn, signalServer, spawnServer, stopServer, type StartFailure } from './postgres-process.ts';
import { StartRefused } from './start-refused.ts';

const DATABASE = 'goodfaith';
/** Any number, the same in every release: who holds this advisory lock is the process the server belongs to. */
const OWNERSHIP_LOCK = 7_201_859;
const WRONG_PASSWORD = '28P01';
const RECOVERY_PATIENCE_MS = 300_000;
const ADOPTION_PATIENCE_MS = 20_000;
const LEAVE_PATIENCE_MS = 2_000;

/** The PostgreSQL this process keeps running. */
export interface EmbeddedPostgres {
  /** Address of its database for the owner, password included. */
  readonly url: string;
  /** Whether it was found running, left behind by a process that died. */
  readonly adopted: boolean;
  /** Lets it finish what was committed and returns when it is down. */
  stop(): Promise<void>;
}

/** Not durable means no fsync: only for tests, whose data may be lost. */
export interface PostgresOptions {
  readonly durable?: boolean;
  /** Connections it takes at once; 200. */
  readonly connections?: number;
}

/**
 * A real PostgreSQL in `<dataDir>/postgres`, on a port of 127.0.0.1, with a password of its own. A server left behind by
 * a killed process is taken over with everything in it; one that another live process uses is refused.
 */
export async function startPostgres(
  dataDir: string,
  say: (line: string) => void = () => {},
  options: PostgresOptions = {},
): Promise<EmbeddedPostgres> {
  const { durable = true, connections = 200 } = options;
  const binaries = await findBinaries();
  const folder = await makeFolder(dataDir);
  const { cluster } = partsOf(folder);
  const as = await whoRuns(cluster, [folder, dirname(binaries.postgres)]);
  let settings = await prepareCluster(folder, binaries, as, say, durable);

  const found = await adopt(cluster, settings, say);
  if (found) return running(cluster, settings, found, say);

  for (let tries = 0; tries < 5; tries += 1) {
    const { failure } = await spawnServer(folder, settings.port, binaries, as, { durable, connections });
    const giveUp = new AbortController();
    const outcome = await Promise.race([failure, connectWhenReady(settings, RECOVERY_PATIENCE_MS, giveUp.signal)]);
    giveUp.abort();
    if (outcome instanceof pg.Client) return running(cluster, settings, outcome);
    if (outcome === 'PORT_TAKEN') {
      settings = { ...settings, port: await freePort() };
      await saveSettings(folder, settings);
    } else if (outcome === 'RUNS_ALREADY') {
      const other = await adopt(cluster, settings, say);
      if (other) return running(cluster, settings, other, say);
    } else {
      throw new StartRefused(`PostgreSQL did not start on ${cluster}: ${describe(outcome)} (more in ${partsOf(folder).log}).`);
    }
  }
  throw new StartRefused(`PostgreSQL found no free port of 127.0.0.1 to listen on: see ${partsOf(folder).log}.`);
}

const describe = (outcome: StartFailure | null) =>
  outcome && typeof outcome === 'object' ? outcome.lastWords : 'it took too long to answer';

const addressOf = ({ password, port }: Settings, database: string) => `postgres://postgres:${password}@127.0.0.1:${port}/${database}`;

async function connectWhenReady(settings: Settings, patienceMs: number, giveUp?: AbortSignal): Promise<pg.Client | null> {
  for (let waited = 0; waited < patienceMs && !giveUp?.aborted; waited += 50) {
    const client = new pg.Client({
      connectionString: addressOf(settings, 'postgres'),
      application_name: 'goodfaith owner',
      keepAlive: true,
    });
    client.on('error', () => undefined); // its end is noticed by those who use the database
    try {
      await client.connect();
      return client;
    } catch (error) {
      await client.end().catch(() => undefined);
      if ((error as { code?: string }).code === WRONG_PASSWORD) {
        throw new StartRefused(
          'The running database does not know the password in postgres.json: put the right file back, or set GOODFAITH_DATA_DIR to another folder.',
        );
      }
      await sleep(50);
    }
  }
  return null;
}

/** Connects to a server that already runs on our cluster; one that does not answer is stopped, so that a new one can start. */
async function adopt(cluster: string, settings: Settings, say: (line: string) => void): Promise<pg.Client | null> {
  const postmaster = await runningOn(cluster);
  if (!postmaster) return null;
  const client = await connectWhenReady({ ...settings, port: postmaster.port || settings.port }, ADOPTION_PATIENCE_MS);
  if (client) {
    const { rows } = await client.query<{ data_directory: string }>('show data_directory');
    if (rows[0]?.data_directory === cluster) return client;
    await client.end();
  }
  say('Found a database that does not answer, stopping it');
  await stopServer(cluster, postmaster.pid);
  return null;
}

async function running(
  cluster: string,
  settings: Settings,
  owner: pg.Client,
  sayAdopted?: (line: string) => void,
): Promise<EmbeddedPostgres> {
  // The lock lives as long as this connection, so it can't outlive a process that was killed.
  const lock = await owner.query<{ mine: boolean }>('select pg_try_advisory_lock($1) as mine', [OWNERSHIP_LOCK]);
  if (!lock.rows[0]?.mine) {
    await owner.end();
    throw new StartRefused(
      `The data folder of ${cluster} is in use by another running process: stop that one, or set GOODFAITH_DATA_DIR to another folder.`,
    );
  }
  sayAdopted?.('Found the database still running and took it over');
  const exists = await owner.query('select 1 from pg_database where datname = $1', [DATABASE]);
  if (exists.rowCount === 0) await owner.query(`create database ${DATABASE}`);

  const port = owner.port;
  const pid = (await runningOn(cluster))?.pid;
  const onExit = () => {
    if (pid) signalServer(pid, 'SIGINT'); // an exit nobody planned: nothing can be awaited any more
  };
  process.once('exit', onExit);
  return {
    url: addressOf({ ...settings, port }, DATABASE),
    adopted: sayAdopted !== undefined,
    async stop() {
      process.off('exit', onExit);
      await othersHaveLeft(owner).catch(() => undefined);
      await owner.end().catch(() => undefined);
      if (pid) await stopServer(cluster, pid);
    },
  };
}

/** Closed pools take a moment to say goodbye, and one that is cut off in it raises an error that nobody listens to. */
async function othersHaveLeft(owner: pg.Client): Promise<void> {
  for (let waited = 0; waited < LEAVE_PATIENCE_MS; waited += 20) {
    const { rowCount } = await owner.query(
      `select 1 from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid() limit 1`,
    );
    if (rowCount === 0) return;
    await sleep(20);
  }
}
