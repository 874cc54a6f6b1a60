import { spawn } from 'node:child_process';
import { join } from 'node:path';
import pg from 'pg';
import { expect, test } from 'vitest';
import { readArguments } from '#prisma/first-administrator.ts';
import { prepareDatabase } from '#prisma/database.ts';
import { startThrowawayPostgres } from '#prisma/throwaway-postgres.ts';
import { seeded } from '../support/test-roles.ts';
import { emptyDatabase, type TestDatabase, testDatabase } from '../support/postgres.ts';

const who = ['--sub', 'auth0|ada', '--name', 'Ada Brandt', '--entity', 'Prairie Medicine PLLC', '--kind', 'PLLC', '--state', 'TX'];
const mso = ['--mso', 'Prairie Services', '--manager', 'auth0|max', '--manager-name', 'Max Roy'];

/** Runs the command to its end, as one types it. */
function run(
  database: Pick<TestDatabase, 'ownerUrl'> | null,
  ...args: string[]
): Promise<{ code: number | null; said: string; errors: string }> {
  return new Promise((resolve) => {
    const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', ...(database ? { DATABASE_URL: database.ownerUrl } : {}) };
    const child = spawn(process.execPath, ['prisma/first-administrator.ts', ...args], { cwd: join(import.meta.dirname, '../..'), env });
    const texts = { said: '', errors: '' };
    child.stdout.on('data', (chunk: Buffer) => (texts.said += chunk.toString('utf8')));
    child.stderr.on('data', (chunk: Buffer) => (texts.errors += chunk.toString('utf8')));
    child.on('close', (code) => resolve({ code, ...texts }));
  });
}

async function ask(database: Pick<TestDatabase, 'ownerUrl'>, statement: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: database.ownerUrl });
  await client.connect();
  return client
    .query(statement)
    .then(({ rows }) => rows)
    .finally(() => client.end());
}
const members = (database: TestDatabase) => ask(database, 'select sub, name, role, at, ends_at from clinics.membership order by role');

test('the first administrator is written once, with entity, MSO and trail, and what was done is said', async () => {
  await using database = await testDatabase();
  const first = await run(database, ...who, ...mso);
  expect([first.code, first.errors]).toEqual([0, '']);
  const [entity = '', managing = ''] = [/ent_\w{26}/, /mso_\w{26}/].map((id) => id.exec(first.said)?.[0]);
  expect(first.said).toContain(`auth0|ada  Ada Brandt: COMPLIANCE_OFFICER at ${entity}`);
  expect(first.said).toContain(`auth0|max  Max Roy: MSO_MANAGER at ${managing}`);
  const both = [
    { sub: 'auth0|ada', name: 'Ada Brandt', role: 'COMPLIANCE_OFFICER', at: entity, ends_at: null },
    { sub: 'auth0|max', name: 'Max Roy', role: 'MSO_MANAGER', at: managing, ends_at: null },
  ];
  expect(await members(database)).toEqual(both);
  expect(await ask(database, 'select name, kind, state from clinics.professional_entity')).toEqual([
    { name: 'Prairie Medicine PLLC', kind: 'PLLC', state: 'TX' },
  ]);
  expect(
    await ask(
      database,
      `select kind, detail->>'role' as role, hash <> '' as hashed from clinics.audit_event where action = 'membership.first'`,
    ),
  ).toEqual([
    { kind: 'CHANGE', role: 'COMPLIANCE_OFFICER', hashed: true },
    { kind: 'CHANGE', role: 'MSO_MANAGER', hashed: true },
  ]);
  const again = await run(database, ...who);
  expect([again.code, again.said, again.errors]).toEqual([
    1,
    '',
    expect.stringMatching(/^There are members already.* Nothing was written\.\n$/),
  ]);
  expect(await members(database)).toEqual(both);
  expect(
    await ask(
      database,
      `select relname from pg_class where relnamespace = 'clinics'::regnamespace and relrowsecurity and not relforcerowsecurity`,
    ),
  ).toEqual([]);
});

test('of three at once, one is written', async () => {
  await using database = await testDatabase();
  const all = await Promise.all([1, 2, 3].map(() => run(database, ...who)));
  expect(all.map(({ code }) => code).sort()).toEqual([0, 1, 1]);
  expect(await members(database)).toHaveLength(1);
});

test('a database in use, one that is not migrated and one that is not named are refused in a sentence', async () => {
  await using used = await testDatabase(seeded);
  expect(await run(used, ...who)).toMatchObject({ code: 1, errors: expect.stringContaining('There are members already') });
  await using empty = await emptyDatabase();
  expect(await run(empty, ...who)).toMatchObject({ code: 1, errors: expect.stringContaining('run npm run migrate first') });
  expect(await run(null, ...who)).toMatchObject({ code: 1, errors: expect.stringContaining('DATABASE_URL is needed') });
});

test.each([
  [['--sub', 'x'], '--name is needed.'],
  [[...who, '--kind', 'Inc'], '--kind is one of'],
  [[...who, '--state', 'Texas'], '--state is'],
  [[...who, '--mso', 'Prairie Services'], '--manager is needed.'],
  [[...who, '--mso', 'M', '--manager', 'auth0|ada', '--manager-name', 'Ada'], 'somebody else'],
  [[...who, '--name', 'a\u0000b'], 'control character'],
  [[...who, '--colour', 'red'], '--colour'],
])('%j is refused: %s', (args, message) => {
  expect(() => readArguments(args)).toThrow(message);
});

test('an owner who is no superuser writes it too', async () => {
  const server = await startThrowawayPostgres();
  try {
    const client = new pg.Client({ connectionString: server.url });
    await client.connect();
    await client.query(`create role hosted login createrole password 'hosted'`);
    await client.query('create database hosted owner hosted');
    await client.end();
    const ownerUrl = Object.assign(new URL(server.url), { username: 'hosted', password: 'hosted', pathname: '/hosted' }).href;
    await prepareDatabase(ownerUrl, ['clinics'], (name) => ({ app: `a-${name}`, worker: `w-${name}` }));
    expect(await run({ ownerUrl }, ...who, ...mso)).toMatchObject({ code: 0, errors: '' });
    expect(await run({ ownerUrl }, ...who)).toMatchObject({ code: 1, errors: expect.stringContaining('There are members already') });
  } finally {
    await server.stop();
  }
});
