/** PgBouncer in transaction mode before a PostgreSQL of the tests, for a run of them behind a pooler. */
import { execFile, spawn } from 'node:child_process';
import { access, chmod, constants, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { calledAs, findBinaries, type RunAs, whoRuns } from '#prisma/postgres-binaries.ts';
import { freePorts } from './free-ports.ts';

/** A pooler that runs. */
export interface Pooler {
  /** Its address, without a database. */
  readonly url: string;
  /** Kills it and starts it anew at the same address: every connection of either side is cut. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Prepared statements came with 1.21. */
const LEAST = [1, 21] as const;
const PATIENCE_MS = 10_000;

/** The PgBouncer of this machine: `PGBOUNCER`, the path of its program, or the one that is found as any program is. Throws where to get it. */
export async function findPooler(environment: Readonly<Record<string, string | undefined>>): Promise<string> {
  if (environment['PGBOUNCER']) return environment['PGBOUNCER'];
  const folders = [...(environment['PATH'] ?? '').split(delimiter).filter(Boolean), '/usr/sbin', '/usr/local/sbin'];
  for (const program of folders.map((folder) => join(folder, 'pgbouncer'))) {
    const isThere = await access(program, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return program;
  }
  throw new Error(
    `There is no PgBouncer here. Install ${LEAST.join('.')} or later (Debian 13 has it, and PostgreSQL's own packages for others; ` +
      'its source is at pgbouncer.org), or set PGBOUNCER to the path of its program.',
  );
}

/**
 * Starts a PgBouncer (the path of its program) before every database of a server. `connections` to the server for each database and role, so that
 * more clients than that share them from transaction to transaction.
 */
export async function startPooler(
  program: string,
  before: { readonly serverUrl: string; readonly passwords: Readonly<Record<string, string>>; readonly connections: number },
): Promise<Pooler> {
  await refuseOld(program);
  const server = new URL(before.serverUrl);
  const [port = 0] = await freePorts(1);
  const folder = await mkdtemp(join(tmpdir(), 'goodfaith-pooler-'));
  await chmod(folder, 0o755);
  const file = (name: string): string => join(folder, name);
  await writeFile(
    file('users'),
    Object.entries(before.passwords)
      .map((pair) => pair.map((text) => `"${text.replaceAll('"', '""')}"`).join(' '))
      .join('\n'),
  );
  await writeFile(
    file('ini'),
    `[databases]
* = host=${server.hostname} port=${server.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${file('users')}
pool_mode = transaction
default_pool_size = ${before.connections}
max_client_conn = 2000
max_prepared_statements = 500
server_idle_timeout = 5
log_connections = 0
log_disconnections = 0
log_stats = 0
`,
  );
  // Neither it nor PostgreSQL runs as root; the same user does for both.
  const as = await whoRuns(folder, [(await findBinaries()).postgres]);
  const [command, args] = calledAs(as, program, ['-q', file('ini')]);
  const url = `postgres://127.0.0.1:${port}`;
  const [user = '', password = ''] = Object.entries(before.passwords)[0] ?? [];
  const asked = Object.assign(new URL(`${url}/postgres`), { username: user, password }).href;
  const start = (): Promise<() => Promise<void>> => startProcess({ command, args, as, folder }, asked);
  let end = await start();
  return {
    url,
    async restart() {
      await end();
      end = await start();
    },
    async stop() {
      await end();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Answers how to end it, as soon as it answers at an address. */
async function startProcess(
  { command, args, as, folder }: { readonly command: string; readonly args: string[]; readonly as: RunAs; readonly folder: string },
  address: string,
): Promise<() => Promise<void>> {
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'], cwd: folder, uid: as.uid, gid: as.gid });
  let said = '';
  child.stderr.on('data', (text) => {
    said = `${said}${text}`.slice(-2_000);
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const end = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  for (let waited = 0; ; waited += 50) {
    const client = new pg.Client({ connectionString: address });
    const isUp = await client.connect().then(
      () => true,
      (error: unknown) => (error as { code?: string }).code !== 'ECONNREFUSED',
    );
    await client.end().catch(() => undefined);
    if (isUp) return end;
    if (child.exitCode !== null || waited > PATIENCE_MS) {
      await end();
      await rm(folder, { recursive: true, force: true });
      throw new Error(`${command} did not start: ${said}`);
    }
    await sleep(50);
  }
}

async function refuseOld(program: string): Promise<void> {
  const { stdout } = await promisify(execFile)(program, ['--version']);
  const version = /PgBouncer (\d+)\.(\d+)/.exec(stdout)?.slice(1).map(Number) ?? [];
  const [major = 0, minor = 0] = version;
  if (major < LEAST[0] || (major === LEAST[0] && minor < LEAST[1]))
    throw new Error(`${program} is ${stdout.split('\n')[0]}: statements are prepared, which needs ${LEAST.join('.')} or later.`);
}
