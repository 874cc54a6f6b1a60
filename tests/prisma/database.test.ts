import pg from 'pg';
import { expect, test } from 'vitest';
import { refusePowerfulRole } from '#prisma/check-role.ts';
import { addressesOf, prepareDatabase } from '#prisma/database.ts';
import { databaseNames } from '#prisma/models.ts';
import { rolesOf } from '#prisma/roles.ts';
import { startThrowawayPostgres } from '#prisma/throwaway-postgres.ts';

const passwordsOf = (name: string) => ({ app: `a/${name}?`, worker: `w@${name}` });

/** A hosted database's owner: no superuser, but owner of the database and allowed to make roles. */
async function makeOwner(superUrl: string): Promise<string> {
  const client = new pg.Client({ connectionString: superUrl });
  await client.connect();
  await client.query(`create role hosted login createrole password 'hosted'`);
  await client.query('create database hosted owner hosted');
  await client.end();
  return Object.assign(new URL(superUrl), { username: 'hosted', password: 'hosted', pathname: '/hosted' }).href;
}

// Functions of these two carry a setting of ours, which only a superuser may attach to a function.
const names = databaseNames.filter((name) => name !== 'pharmacies' && name !== 'physicians');

test('an owner who is no superuser prepares everything, twice and at once', async () => {
  const server = await startThrowawayPostgres();
  try {
    const ownerUrl = await makeOwner(server.url);
    const [addresses] = await Promise.all([1, 2].map(() => prepareDatabase(ownerUrl, names, passwordsOf)));
    await prepareDatabase(ownerUrl, names, passwordsOf);
    for (const name of names) {
      expect(addresses?.[name]).toEqual(addressesOf(ownerUrl, name, passwordsOf(name)));
      const app = new pg.Pool({ connectionString: addresses?.[name].appUrl });
      await refusePowerfulRole(app);
      expect((await app.query('select current_user as name, current_schema() as schema')).rows).toEqual([
        { name: rolesOf(name).app, schema: name },
      ]);
      await app.query(`select enqueue('deliver', gen_random_uuid())`);
      await app.end();
    }
  } finally {
    await server.stop();
  }
});

test('a database that does not answer is said so in one sentence', async () => {
  await expect(prepareDatabase('postgres://nobody@127.0.0.1:1/none', ['clinics'], passwordsOf)).rejects.toThrow(
    /^The database does not answer .* check DATABASE_URL and that it runs\.$/,
  );
});
