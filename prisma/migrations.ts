import { readdir, readFile } from 'node:fs/promises';
import { here, prismaSchemaOf, type DatabaseName } from './models.ts';
import { asOwner } from './owner-client.ts';
import { prepareSchema } from './roles.ts';
import { asMigrationList, noFilter, ScriptFailed, withSchemaEngine } from './schema-engine.ts';
import { StartRefused } from './start-refused.ts';

/** A migration as it lies in `prisma/<name>/migrations/<timestamp>_<noun_change>/migration.sql`. */
export interface Migration {
  readonly name: string;
  readonly sql: string;
}

/** The migrations of a subgraph, oldest first. */
export async function migrationsOf(name: DatabaseName): Promise<Migration[]> {
  const folder = here(`${name}/migrations`);
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const names = entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
  return Promise.all(names.map(async (each) => ({ name: each, sql: await readFile(`${folder}/${each}/migration.sql`, 'utf8') })));
}

/**
 * Brings a subgraph's PostgreSQL schema up to date and answers what was applied. Starts at the same moment wait for each
 * other; a migration that failed before left nothing behind, so it is simply tried again.
 */
export async function migrate(
  url: string,
  name: DatabaseName,
  say: (line: string) => void = () => {},
  migrations?: readonly Migration[],
): Promise<string[]> {
  const known = migrations ?? (await migrationsOf(name));
  const list = asMigrationList(here(`${name}/migrations`), known);
  return asOwner(url, async (owner) => {
    await owner.query(`select pg_advisory_lock(hashtext('goodfaith migrate'))`);
    await prepareSchema(owner, name);
    const applied = await withSchemaEngine(url, name, await prismaSchemaOf(name), async (engine) => {
      const found = await engine.diagnoseMigrationHistory({ migrationsList: list, optInToShadowDatabase: false, filters: noFilter });
      const edited = found.editedMigrationNames.find((each) => !found.failedMigrationNames.includes(each));
      if (edited) {
        throw new StartRefused(
          `The migration ${name}/${edited} was edited after this database took it: restore the file and put the change into a new migration, or start with an empty database.`,
        );
      }
      for (const migrationName of found.failedMigrationNames) await engine.markMigrationRolledBack({ migrationName });
      return (await engine.applyMigrations({ migrationsList: list, filters: noFilter })).appliedMigrationNames;
    }).catch((error: unknown) => {
      throw named(error, name, known);
    });
    for (const each of applied) say(`Migrated ${name}: ${each}`);
    return applied;
  });
}

function named(error: unknown, name: DatabaseName, migrations: readonly Migration[]): unknown {
  if (!(error instanceof ScriptFailed)) return error;
  const migration = migrations.find(({ sql }) => sql === error.script)?.name ?? 'unknown';
  return new StartRefused(`The migration ${name}/${migration} failed and left nothing behind: ${error.message}.`);
}

/** The SQL that leads from what migrations build to what models say; empty when they agree. Needs a server that can spare a database. */
export async function differenceOf(url: string, name: DatabaseName, migrations: readonly Migration[], models: string): Promise<string> {
  const { exitCode, stdout } = await withSchemaEngine(url, name, models, (engine) =>
    engine.diff({
      from: { tag: 'migrations', ...asMigrationList(here(`${name}/migrations`), migrations) },
      to: { tag: 'schemaDatamodel', files: [{ path: 'schema.prisma', content: models }] },
      script: true,
      exitCode: true,
      filters: noFilter,
    }),
  ).catch((error: unknown) => {
    throw named(error, name, migrations);
  });
  return exitCode === 0 ? '' : (stdout ?? '');
}
