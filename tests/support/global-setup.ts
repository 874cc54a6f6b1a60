import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { prepareDatabase } from '#prisma/database.ts';
import { databaseNames } from '#prisma/models.ts';
import { rolesOf } from '#prisma/roles.ts';
import { seedDatabase } from '#prisma/seed.ts';
import { startThrowawayPostgres } from '#prisma/throwaway-postgres.ts';
import { startPooler } from './pooler.ts';
import { seeded, template, testPasswordsOf } from './test-roles.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Owner's address of the one server all tests share; its database is a place to stand on while cloning. */
    readonly serverUrl: string;
    /** Where a pooler stands before it, when the tests run behind one: with PGBOUNCER, the path of its program. */
    readonly poolerUrl: string | null;
  }
}

const passwords = Object.fromEntries(databaseNames.map((name) => [rolesOf(name).app, testPasswordsOf(name).app]));

/** One PostgreSQL for all test files, and in it two databases that test files clone: one with everything migrated, one with the invented world as well. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const server = await startThrowawayPostgres();
  try {
    const owner = new pg.Client({ connectionString: server.url });
    await owner.connect();
    await owner.query(`create database ${template}`);
    const at = (name: string) => Object.assign(new URL(server.url), { pathname: `/${name}` }).href;
    await prepareDatabase(at(template), databaseNames, testPasswordsOf);
    await owner.query(`create database ${seeded} template ${template}`);
    await owner.end();
    await seedDatabase(at(seeded), new Date());
  } catch (error) {
    await server.stop();
    throw error;
  }
  project.provide('serverUrl', server.url);
  const program = process.env['PGBOUNCER'];
  const pooler = program ? await startPooler(program, { serverUrl: server.url, passwords, connections: 4 }) : null;
  project.provide('poolerUrl', pooler?.url ?? null);
  return async () => {
    await pooler?.stop();
    await server.stop();
  };
}
