import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { differenceOf, migrationsOf, type Migration } from './migrations.ts';
import { here, kernelSchemaOf, prismaSchemaOf, type DatabaseName } from './models.ts';
import { rolesOf } from './roles.ts';

const SAFE = '-- safe while old code runs';
const BREAKING = '-- breaking: SAY WHY';
const breaks = /\bDROP (TABLE|COLUMN)|SET NOT NULL|SET DATA TYPE|RENAME|ADD COLUMN .* NOT NULL(?!.* DEFAULT)/;

/** Writes what a subgraph's models have more than its migrations, and answers the files; none when they agree. */
export async function writeMigrations(url: string, name: DatabaseName, change: string, now: Date): Promise<string[]> {
  const migrations = await migrationsOf(name);
  const files: string[] = [];
  const add = async (noun: string, body: string) => {
    const stamp = new Date(now.getTime() + files.length * 1000).toISOString().replace(/\D/g, '').slice(0, 14);
    const migration: Migration = { name: `${stamp}_${noun}`, sql: `${breaks.test(body) ? BREAKING : SAFE}\n\n${body.trim()}\n` };
    await mkdir(here(`${name}/migrations/${migration.name}`), { recursive: true });
    const file = here(`${name}/migrations/${migration.name}/migration.sql`);
    await writeFile(file, migration.sql);
    migrations.push(migration);
    files.push(file);
  };

  if (migrations.length === 0) {
    const tables = await differenceOf(url, name, [], await kernelSchemaOf(name));
    await add('kernel_tables', `${tables}\n${await kernelSqlOf(name, 'kernel.sql')}`);
    await add('months', await kernelSqlOf(name, 'months.sql'));
  }
  const tables = await differenceOf(url, name, migrations, await prismaSchemaOf(name));
  if (tables !== '') await add(change, tables + lockedTables(tables));
  return files;
}

async function kernelSqlOf(name: DatabaseName, file: 'kernel.sql' | 'months.sql'): Promise<string> {
  const { app, worker } = rolesOf(name);
  const sql = await readFile(here(file), 'utf8');
  return sql.replaceAll('{{schema}}', name).replaceAll('{{app}}', app).replaceAll('{{worker}}', worker);
}

/** A new table starts with row-level security and no policy: nobody sees a row until somebody wrote down who may. */
function lockedTables(sql: string): string {
  const tables = [...sql.matchAll(/^CREATE TABLE "(\w+)"/gm)].map(([, table]) => table);
  if (tables.length === 0) return '';
  const locked = tables.map((table) => `alter table ${table} enable row level security;\nalter table ${table} force row level security;`);
  return `\n-- Row-level security: write the policies of these tables below.\n${locked.join('\n')}\n`;
}
