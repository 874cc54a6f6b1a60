import pg from 'pg';
import { expect, test } from 'vitest';
import { differenceOf, migrate, migrationsOf } from '#prisma/migrations.ts';
import { databaseNames, prismaSchemaOf } from '#prisma/models.ts';
import { StartRefused } from '#prisma/start-refused.ts';
import { emptyDatabase } from '../support/postgres.ts';

async function ask(url: string, statement: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client
    .query(statement)
    .then(({ rows }) => rows)
    .finally(() => client.end());
}

test('migrates an empty database, and does nothing the second time', async () => {
  await using db = await emptyDatabase();
  for (const name of databaseNames) {
    const all = (await migrationsOf(name)).map((migration) => migration.name);
    expect(await migrate(db.ownerUrl, name)).toEqual(all);
    expect(await migrate(db.ownerUrl, name)).toEqual([]);
    expect(await ask(db.ownerUrl, `select to_regclass('${name}._prisma_migrations') is not null as kept`)).toEqual([{ kept: true }]);
  }
});

test('starts at the same moment apply each migration once', async () => {
  await using db = await emptyDatabase();
  const all = (await migrationsOf('clinics')).map((migration) => migration.name);
  const applied = await Promise.all([1, 2, 3].map(() => migrate(db.ownerUrl, 'clinics')));
  expect(applied.flat()).toEqual(all);
});

test('a migration that fails leaves nothing behind and can be tried again', async () => {
  await using db = await emptyDatabase();
  const kernel = (await migrationsOf('clinics')).slice(0, 1);
  const broken = [...kernel, { name: '29990101000000_x', sql: 'create table half_made (id int); create table nonsense (id nothing);' }];
  await expect(migrate(db.ownerUrl, 'clinics', undefined, broken)).rejects.toThrow('type "nothing" does not exist');
  expect(await ask(db.ownerUrl, `select to_regclass('clinics.half_made') as made`)).toEqual([{ made: null }]);
  const mended = [...kernel, { name: '29990101000000_x', sql: 'create table half_made (id int);' }];
  expect(await migrate(db.ownerUrl, 'clinics', undefined, mended)).toEqual(['29990101000000_x']);
});

test('refuses a migration that was edited after it was applied', async () => {
  await using db = await emptyDatabase();
  const [kernel] = await migrationsOf('clinics');
  await migrate(db.ownerUrl, 'clinics', undefined, kernel && [kernel]);
  const edited = kernel && [{ ...kernel, sql: `${kernel.sql}\n-- later` }];
  await expect(migrate(db.ownerUrl, 'clinics', undefined, edited)).rejects.toThrow(StartRefused);
});

test('notices models that the migrations do not give', async () => {
  await using db = await emptyDatabase();
  const planted = `${await prismaSchemaOf('clinics')}\nmodel Planted {\n  id String @id @db.Uuid\n  @@map("planted")\n}\n`;
  expect(await differenceOf(db.ownerUrl, 'clinics', await migrationsOf('clinics'), planted)).toContain('CREATE TABLE "planted"');
});

test.each(databaseNames)('the migrations of %s give exactly its models', async (name) => {
  await using db = await emptyDatabase();
  expect(await differenceOf(db.ownerUrl, name, await migrationsOf(name), await prismaSchemaOf(name))).toBe('');
});

test.each(databaseNames)('every migration of %s says whether old code survives it', async (name) => {
  for (const { name: migration, sql } of await migrationsOf(name)) {
    expect(sql.split('\n')[0], migration).toMatch(/^-- (safe while old code runs|breaking: .+)$/);
    expect(sql, migration).not.toContain('SAY WHY');
  }
});
