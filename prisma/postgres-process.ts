import { spawn } from 'node:child_process';
import { open, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Binaries, calledAs, type RunAs } from './postgres-binaries.ts';
import { partsOf } from './postgres-folder.ts';

const LOG_BYTES_KEPT = 10_000_000;
const STOP_PATIENCE_MS = 60_000;

/** The server that says it runs on a cluster, read from the file it keeps there. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
}

/** The server running on this cluster, or null; a file left behind by one that died counts as null. */
export async function runningOn(cluster: string): Promise<Postmaster | null> {
  const lines = (await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
  const pid = Number(lines[0]);
  if (!(pid > 1)) return null;
  return (await isPostgresOf(cluster, pid)) ? { pid, port: Number(lines[3]) || 0 } : null;
}

/** Whether a process id still is the server of this cluster: after a restart of the machine it may be anybody's. */
async function isPostgresOf(cluster: string, pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => null);
  return command === null || command.includes(cluster); // no /proc here: believe the file
}

/** How a start of the server ended before it could take a connection. */
export type StartFailure = 'PORT_TAKEN' | 'RUNS_ALREADY' | { readonly lastWords: string };

/** A server process of ours; `failure` settles only if it ends on its own. */
export interface Server {
  readonly failure: Promise<StartFailure>;
}

/**
 * Starts the server in a process group of its own: Ctrl-C in a terminal reaches the whole group, and the database has to
 * outlive the requests that are still using it. It writes to a file, so it also survives the loss of its parent.
 */
export async function spawnServer(dataDir: string, port: number, binaries: Binaries, as: RunAs, how: ServerFlags): Promise<Server> {
  const { cluster, log } = partsOf(dataDir);
  // A stale file whose number is now another process of the same user would make PostgreSQL refuse.
  if (!(await runningOn(cluster))) await rm(join(cluster, 'postmaster.pid'), { force: true });
  if (((await stat(log).catch(() => null))?.size ?? 0) > LOG_BYTES_KEPT) await rm(log);
  const output = await open(log, 'a', 0o600);
  const from = (await output.stat()).size;

  const [file, args] = calledAs(as, binaries.postgres, ['-D', cluster, '-p', String(port), ...flags(how)]);
  const child = spawn(file, args, {
    cwd: cluster,
    uid: as.uid,
    gid: as.gid,
    detached: true,
    stdio: ['ignore', output.fd, output.fd],
  });
  const failure = new Promise<StartFailure>((ended) => {
    child.once('error', (error) => ended({ lastWords: error.message }));
    child.once('exit', async () => {
      const said = (await readFile(log).catch(() => Buffer.alloc(0))).subarray(from).toString();
      if (/Address already in use|could not create any TCP\/IP sockets/.test(said)) ended('PORT_TAKEN');
      else if (/lock file "postmaster.pid" already exists/.test(said)) ended('RUNS_ALREADY');
      else
        ended({
          lastWords:
            said
              .trim()
              .split('\n')
              .findLast((line) => /FATAL|PANIC|error/i.test(line)) ?? said.trim(),
        });
    });
  });
  child.unref();
  await output.close();
  return { failure };
}

/** How a server is to run. */
export interface ServerFlags {
  /** Whether what was committed survives a crash of the machine. */
  readonly durable: boolean;
  /** Connections it takes at once. */
  readonly connections: number;
}

function flags({ durable, connections }: ServerFlags): string[] {
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: String(connections),
    timezone: 'UTC',
    log_timezone: 'UTC',
    lc_messages: 'C',
    // Every statement here is short: compiling one takes longer than running it.
    jit: 'off',
    // Statements and details of errors carry names and birth dates.
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', autovacuum: 'off' }),
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** Signals a server that may be gone already. */
export function signalServer(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It is gone.
  }
}

/** Stops a server as Ctrl-C would (open transactions are rolled back) and waits until it has let go of its cluster. */
export async function stopServer(cluster: string, pid: number): Promise<void> {
  signalServer(pid, 'SIGINT');
  for (let waited = 0; (await runningOn(cluster))?.pid === pid; waited += 50) {
    if (waited === STOP_PATIENCE_MS) signalServer(pid, 'SIGQUIT'); // ends at once; the log written ahead has everything
    await sleep(50);
  }
}
