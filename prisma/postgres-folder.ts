import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Binaries, calledAs, mustReach, type RunAs } from './postgres-binaries.ts';
import { StartRefused } from './start-refused.ts';

const MAJOR_VERSION = '18';

/** What must be remembered between two starts of the same data folder. */
export interface Settings {
  readonly password: string;
  readonly port: number;
}

/** The parts of a data folder. */
export const partsOf = (dataDir: string) => ({
  cluster: join(dataDir, 'postgres'),
  settings: join(dataDir, 'postgres.json'),
  log: join(dataDir, 'postgres.log'),
});

/** A port of 127.0.0.1 that nothing listens on at this moment. */
export function freePort(): Promise<number> {
  return new Promise((found, failed) => {
    const probe = createServer().once('error', failed);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => found(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** Remembers the password and port, readable by this user only. */
export async function saveSettings(dataDir: string, settings: Settings): Promise<void> {
  const file = partsOf(dataDir).settings;
  await writeFile(`${file}.new`, `${JSON.stringify(settings)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
}

/** Makes the data folder when it is not there yet, and returns its real path. */
export async function makeFolder(dataDir: string): Promise<string> {
  try {
    // Whatever the umask says, the user PostgreSQL runs as has to pass through a folder we make.
    if (await mkdir(dataDir, { recursive: true })) await chmod(dataDir, 0o711);
    const probe = join(dataDir, '.writable');
    await writeFile(probe, '');
    await rm(probe);
    return await realpath(dataDir);
  } catch (error) {
    throw new StartRefused(
      `The data folder ${dataDir} cannot be written (${(error as Error).message}): make it writable, or set GOODFAITH_DATA_DIR to another.`,
    );
  }
}

/** Makes the database cluster in the data folder when it is not there yet, and returns its settings. */
export async function prepareCluster(
  dataDir: string,
  binaries: Binaries,
  as: RunAs,
  say: (line: string) => void,
  durable: boolean,
): Promise<Settings> {
  await mustReach(dataDir, as);
  await mustReach(join(binaries.postgres, '..'), as);
  const { cluster, settings } = partsOf(dataDir);

  const version = (await readOwn(join(cluster, 'PG_VERSION')))?.trim();
  if (version === undefined) {
    say('Making a new database');
    return initialise(dataDir, binaries, as, durable);
  }
  if (version !== MAJOR_VERSION) {
    throw new StartRefused(
      `${cluster} was made by PostgreSQL ${version} and this is ${MAJOR_VERSION}: dump it with the old one, or set GOODFAITH_DATA_DIR to a new folder.`,
    );
  }
  const stored = await readOwn(settings);
  if (stored === undefined) {
    throw new StartRefused(
      `${settings}, which holds the password of the database beside it, is missing: put it back, or set GOODFAITH_DATA_DIR to a new folder.`,
    );
  }
  return JSON.parse(stored) as Settings;
}

async function readOwn(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new StartRefused(
      `${file} cannot be read (${(error as Error).message}): start as the user who made it, or set GOODFAITH_DATA_DIR to another folder.`,
    );
  }
}

/** Builds the cluster beside its place and renames it when whole, so that a start cut short leaves nothing half made. */
async function initialise(dataDir: string, binaries: Binaries, as: RunAs, durable: boolean): Promise<Settings> {
  const { cluster } = partsOf(dataDir);
  const settings = { password: randomBytes(24).toString('base64url'), port: await freePort() };
  const building = `${cluster}.new`;
  const passwordFile = `${cluster}.password`;
  await rm(building, { recursive: true, force: true });
  await mkdir(building, { mode: 0o700 });
  await writeFile(passwordFile, settings.password, { mode: 0o600 });
  if (as.uid !== undefined) await Promise.all([building, passwordFile].map((path) => chown(path, as.uid ?? 0, as.gid ?? 0)));
  try {
    const [file, args] = calledAs(as, binaries.initdb, [
      `--pgdata=${building}`,
      '--username=postgres',
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      ...(durable ? [] : ['--no-sync']),
    ]);
    await promisify(execFile)(file, args, { uid: as.uid, gid: as.gid, cwd: building });
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string };
    throw new StartRefused(`A database could not be made in ${dataDir}: ${(stderr || message).trim().split('\n').pop()}`);
  } finally {
    await rm(passwordFile, { force: true });
  }
  await saveSettings(dataDir, settings);
  await rename(building, cluster);
  return settings;
}
