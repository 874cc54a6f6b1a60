import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { inject } from 'vitest';
import { addressesOf, type DatabaseAddresses, throughPooler } from '#prisma/database.ts';
import { databaseNames, type DatabaseName } from '#prisma/models.ts';
import { template, testPasswordsOf } from './test-roles.ts';

/** A database of one test file's own, with all four schemas migrated and empty, dropped when it is disposed of. */
export interface TestDatabase extends AsyncDisposable {
  /** Address for the owner, who sees and may do everything. */
  readonly ownerUrl: string;
  /** Addresses of each subgraph's two roles, held by row-level security as in production. */
  readonly addresses: Record<DatabaseName, DatabaseAddresses>;
}

/** A fresh copy of the migrated database: `await using db = await testDatabase()`, or dispose of it in `afterAll`. */
export async function testDatabase(from: string = template): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await onServer(`create database ${name} template ${from}`);
  await onServer(`revoke create, temporary on database ${name} from public`); // a database's own rights are not copied
  const ownerUrl = Object.assign(new URL(inject('serverUrl')), { pathname: `/${name}` }).href;
  const pooler = inject('poolerUrl');
  const pooled = pooler === null ? undefined : `${pooler}/${name}`;
  const addresses = databaseNames.map((each) => [each, throughPooler(addressesOf(ownerUrl, each, testPasswordsOf(each)), pooled)]);
  return {
    ownerUrl,
    addresses: Object.fromEntries(addresses) as TestDatabase['addresses'],
    [Symbol.asyncDispose]: () => dropWhenLeft(name),
  };
}

/** An empty database, for tests of migrating itself. */
export const emptyDatabase = (): Promise<TestDatabase> => testDatabase('template0');

/** Closed pools take a moment to say goodbye, and one that is cut off in it raises an error that nobody listens to. */
async function dropWhenLeft(name: string): Promise<void> {
  const server = new pg.Client({ connectionString: inject('serverUrl') });
  await server.connect();
  for (let waited = 0; waited < 2_000; waited += 20) {
    const left = await server.query('select 1 from pg_stat_activity where datname = $1 limit 1', [name]);
    if (left.rowCount === 0) break;
    await sleep(20);
  }
  await server.query(`drop database ${name} with (force)`).finally(() => server.end());
}

async function onServer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: inject('serverUrl') });
  await client.connect();
  await client.query(statement).finally(() => client.end());
}
