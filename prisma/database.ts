import { installJobs } from './jobs.ts';
import { migrate } from './migrations.ts';
import type { DatabaseName } from './models.ts';
import { asOwner } from './owner-client.ts';
import { ensureRoles, rolesOf, type RolePasswords } from './roles.ts';

/** How a subgraph reaches its own schema: as the role that serves requests, and as the one that does its chores. */
export interface DatabaseAddresses {
  readonly appUrl: string;
  readonly workerUrl: string;
  /** Whether requests go through a pooler, which takes no setting with a connection. */
  readonly isPooled?: boolean;
  /** Where the role that serves requests finds a read replica; without one, everything is read where it is written. */
  readonly replicaUrl?: string | undefined;
}

/**
 * Makes a database ready for these subgraphs with the owner's address, which nobody needs afterwards. Several processes
 * may do so at once: they wait for each other.
 */
export async function prepareDatabase<Name extends DatabaseName>(
  ownerUrl: string,
  names: readonly Name[],
  passwordsOf: (name: Name) => RolePasswords,
  say: (line: string) => void = () => {},
): Promise<Record<Name, DatabaseAddresses>> {
  return asOwner(ownerUrl, async (lock) => {
    await lock.query(`select pg_advisory_lock(hashtext('goodfaith prepare'))`);
    const addresses: [Name, DatabaseAddresses][] = [];
    for (const name of names) {
      await migrate(ownerUrl, name, say);
      await installJobs(ownerUrl, name);
      await ensureRoles(ownerUrl, name, passwordsOf(name));
      addresses.push([name, addressesOf(ownerUrl, name, passwordsOf(name))]);
    }
    return Object.fromEntries(addresses) as Record<Name, DatabaseAddresses>;
  });
}

/** The addresses of a subgraph's two roles in a database that is ready. */
export function addressesOf(url: string, name: DatabaseName, passwords: RolePasswords): DatabaseAddresses {
  const as = (username: string, password: string) => Object.assign(new URL(url), { username, password: encodeURIComponent(password) }).href;
  const { app, worker } = rolesOf(name);
  return { appUrl: as(app, passwords.app), workerUrl: as(worker, passwords.worker) };
}

/**
 * The same with requests through a pooler in transaction mode, whose address has host, port and name of the database. Chores stay direct: they listen,
 * and hold locks of a session.
 */
export function throughPooler(addresses: DatabaseAddresses, poolerUrl: string | undefined): DatabaseAddresses {
  return poolerUrl === undefined ? addresses : { ...addresses, appUrl: sameRoleAt(addresses.appUrl, poolerUrl), isPooled: true };
}

/** The same with a read replica, whose address has host, port and name of the database: it has the same roles and passwords, being a copy. */
export function withReplica(direct: DatabaseAddresses, replicaUrl: string | undefined): DatabaseAddresses {
  return replicaUrl === undefined ? direct : { ...direct, replicaUrl: sameRoleAt(direct.appUrl, replicaUrl) };
}

function sameRoleAt(appUrl: string, url: string): string {
  const { username, password } = new URL(appUrl);
  return Object.assign(new URL(url), { username, password }).href;
}
