import { execFile } from 'node:child_process';
import { appendFile, chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { addressesOf, prepareDatabase } from '#prisma/database.ts';
import { type DatabaseName, databaseNames } from '#prisma/models.ts';
import { findBinaries, whoRuns } from '#prisma/postgres-binaries.ts';
import { freePort, partsOf } from '#prisma/postgres-folder.ts';
import { runningOn, signalServer, spawnServer, stopServer } from '#prisma/postgres-process.ts';
import { seedDatabase } from '#prisma/seed.ts';
import { startThrowawayPostgres } from '#prisma/throwaway-postgres.ts';
import type { TestDatabase } from './postgres.ts';
import { testPasswordsOf } from './test-roles.ts';

/** A primary with the invented world and a standby that streams from it. */
export interface Pair extends AsyncDisposable {
  /** The primary, for graphs that do without the standby; graphs do not dispose of it. */
  readonly primary: TestDatabase;
  /** The same with the standby for a replica. */
  readonly withStandby: TestDatabase;
  readonly ports: { readonly primary: number; readonly standby: number };
  /** Runs SQL on the standby, or on the primary, as the owner. */
  onStandby<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  onPrimary<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  /** Ends the standby as a crash of its machine would. */
  killStandby(): Promise<void>;
  /** Stops every process of the standby in its tracks, connections open; what it gives lets them go on. */
  freezeStandby(): Promise<() => void>;
}

const CONNECTIONS = 200;
/** What is replayed this much later is seldom there already: whoever does not wait for it is found out. */
const APPLY_DELAY = '60ms';

/** Starts both; dispose of it in `afterAll`. */
export async function startPair(): Promise<Pair> {
  const server = await startThrowawayPostgres({ durable: true, connections: CONNECTIONS });
  const stops: (() => Promise<void>)[] = [() => server.stop()];
  const stopAll = async () => {
    for (const stop of stops.toReversed()) await stop();
  };
  try {
    await prepareDatabase(server.url, databaseNames, testPasswordsOf);
    await seedDatabase(server.url, new Date());
    const standby = await startStandby(server.url);
    stops.push(standby.stop);
    const on = (url: string) => {
      const pool = new pg.Pool({ connectionString: url, max: 2 });
      pool.on('error', () => undefined);
      stops.push(() => pool.end());
      return async <Row extends pg.QueryResultRow>(text: string, values: unknown[] = []) => (await pool.query<Row>(text, values)).rows;
    };
    return {
      primary: databaseAt(server.url),
      withStandby: databaseAt(server.url, standby.url),
      ports: { primary: Number(new URL(server.url).port), standby: Number(new URL(standby.url).port) },
      onStandby: on(standby.url),
      onPrimary: on(server.url),
      killStandby: standby.kill,
      freezeStandby: standby.freeze,
      [Symbol.asyncDispose]: stopAll,
    };
  } catch (error) {
    await stopAll();
    throw error;
  }
}

function databaseAt(ownerUrl: string, replicaUrl?: string): TestDatabase {
  const of = (name: DatabaseName) => {
    const addresses = addressesOf(ownerUrl, name, testPasswordsOf(name));
    return replicaUrl === undefined ? addresses : { ...addresses, replicaUrl: addressesOf(replicaUrl, name, testPasswordsOf(name)).appUrl };
  };
  const addresses = Object.fromEntries(databaseNames.map((name) => [name, of(name)])) as TestDatabase['addresses'];
  return { ownerUrl, addresses, [Symbol.asyncDispose]: () => Promise.resolve() };
}

interface Standby {
  readonly url: string;
  kill(): Promise<void>;
  freeze(): Promise<() => void>;
  stop(): Promise<void>;
}

/** A base backup by the low-level way, since npm's PostgreSQL brings no pg_basebackup, and a server on it. */
async function startStandby(primaryUrl: string): Promise<Standby> {
  const folder = await mkdtemp(join(tmpdir(), 'goodfaith-standby-'));
  await chmod(folder, 0o711); // as root, PostgreSQL runs as another user, who has to pass
  const { cluster } = partsOf(folder);
  const port = await freePort();
  const owner = new pg.Client({ connectionString: primaryUrl });
  await owner.connect();
  try {
    const { rows } = await owner.query<{ data_directory: string }>('show data_directory');
    await owner.query(`select pg_create_physical_replication_slot('standby', true)`);
    await owner.query(`select pg_backup_start('standby', true)`);
    await promisify(execFile)('cp', ['-a', rows[0]?.data_directory ?? '', cluster]);
    const { rows: stopped } = await owner.query<{ labelfile: string }>('select labelfile from pg_backup_stop(false)');
    await rm(join(cluster, 'postmaster.pid'), { force: true });
    const { hostname, username, password, port: primaryPort } = new URL(primaryUrl);
    await writeFile(join(cluster, 'backup_label'), stopped[0]?.labelfile ?? '');
    await writeFile(join(cluster, 'standby.signal'), '');
    await appendFile(
      join(cluster, 'postgresql.auto.conf'),
      [
        `primary_conninfo = 'host=${hostname} port=${primaryPort} user=${username} password=${password} application_name=standby'`,
        `primary_slot_name = 'standby'`,
        `recovery_min_apply_delay = '${APPLY_DELAY}'`,
        `max_standby_streaming_delay = '20ms'`,
        '',
      ].join('\n'),
    );
  } finally {
    await owner.end();
  }
  const binaries = await findBinaries();
  const as = await whoRuns(cluster, [folder, dirname(binaries.postgres)]);
  if (as.uid !== undefined) await promisify(execFile)('chown', ['-R', `${as.uid}:${as.gid}`, cluster]);
  await spawnServer(folder, port, binaries, as, { durable: false, connections: CONNECTIONS });
  const url = Object.assign(new URL(primaryUrl), { port: String(port) }).href;
  const pid = await servingOn(url, cluster);
  const onExit = () => signalServer(pid, 'SIGINT'); // a run that is cut short leaves no server behind
  process.once('exit', onExit);
  return {
    url,
    async kill() {
      signalServer(pid, 'SIGQUIT');
      while ((await runningOn(cluster))?.pid === pid) await sleep(20);
    },
    // Each connection is a process of its own, in no group with the others.
    async freeze() {
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      const { rows } = await client.query<{ pid: number }>('select pid from pg_stat_activity where pid <> pg_backend_pid()');
      await client.end();
      const pids = [pid, ...rows.map((row) => row.pid)];
      for (const each of pids) signalServer(each, 'SIGSTOP');
      return () => {
        for (const each of pids) signalServer(each, 'SIGCONT');
      };
    },
    async stop() {
      process.off('exit', onExit);
      if ((await runningOn(cluster))?.pid === pid) await stopServer(cluster, pid);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function servingOn(url: string, cluster: string): Promise<number> {
  for (let waited = 0; waited < 60_000; waited += 50) {
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => undefined);
    const serves = await client.connect().then(
      () => true,
      () => false,
    );
    await client.end().catch(() => undefined);
    const pid = (await runningOn(cluster))?.pid;
    if (serves && pid !== undefined) return pid;
    await sleep(50);
  }
  throw new Error('The standby did not start.');
}
