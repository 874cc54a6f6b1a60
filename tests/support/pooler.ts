/** PgBouncer in transaction mode before a PostgreSQL of the tests, for a run of them behind a pooler. */
import { execFile, spawn } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { calledAs, findBinaries, whoRuns } from '#prisma/postgres-binaries.ts';
import { freePorts } from './free-ports.ts';

/** A pooler that runs. */
export interface Pooler {
  /** Its address, without a database. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Prepared statements came with 1.21. */
const LEAST = [1, 21] as const;
const PATIENCE_MS = 10_000;

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
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'], cwd: folder, uid: as.uid, gid: as.gid });
  let said = '';
  child.stderr.on('data', (text) => {
    said = `${said}${text}`.slice(-2_000);
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  const url = `postgres://127.0.0.1:${port}`;
  const [user = '', password = ''] = Object.entries(before.passwords)[0] ?? [];
  for (let waited = 0; ; waited += 50) {
    const client = new pg.Client({ connectionString: Object.assign(new URL(`${url}/postgres`), { username: user, password }).href });
    const isUp = await client.connect().then(
      () => true,
      (error: unknown) => (error as { code?: string }).code !== 'ECONNREFUSED',
    );
    await client.end().catch(() => undefined);
    if (isUp) return { url, stop };
    if (child.exitCode !== null || waited > PATIENCE_MS) {
      await stop();
      throw new Error(`${program} did not start: ${said}`);
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
