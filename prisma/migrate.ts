import { argv, env } from 'node:process';
import { differenceOf, migrate, migrationsOf } from './migrations.ts';
import { databaseNames, prismaSchemaOf, type DatabaseName } from './models.ts';
import { writeMigrations } from './new-migration.ts';
import { asOwner } from './owner-client.ts';
import { startPostgres } from './postgres.ts';
import { prepareSchema } from './roles.ts';
import { StartRefused } from './start-refused.ts';
import { startThrowawayPostgres } from './throwaway-postgres.ts';

/*
 * npm run migrate                                  brings the database up to date (DATABASE_URL, else the embedded one)
 * npm run migrate -- new <noun_change> [subgraph]  writes the SQL that the models have more than the migrations
 * npm run migrate -- drift                         exits 1 when migrations and models disagree
 */
const [command, ...rest] = argv.slice(2);

// Leaving this way, and not by the signal's own, takes the database we started along.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

async function withThrowawayPostgres(work: (url: string) => Promise<void>): Promise<void> {
  const server = await startThrowawayPostgres();
  try {
    await asOwner(server.url, async (owner) => {
      for (const name of databaseNames) await prepareSchema(owner, name); // policies name the roles
    });
    await work(server.url);
  } finally {
    await server.stop();
  }
}

async function up(): Promise<void> {
  const server = env.DATABASE_URL ? null : await startPostgres(env.GOODFAITH_DATA_DIR ?? '.data', console.log);
  try {
    for (const name of databaseNames) {
      const applied = await migrate(server?.url ?? env.DATABASE_URL ?? '', name, console.log);
      if (applied.length === 0) console.log(`${name} is up to date`);
    }
  } finally {
    await server?.stop();
  }
}

async function write(change: string | undefined, only: string | undefined): Promise<void> {
  if (!change || !/^[a-z][a-z0-9_]+$/.test(change))
    throw new StartRefused('Say what changes, as noun_change: npm run migrate -- new orders_add_signed_at [subgraph]');
  const names = databaseNames.filter((name) => only === undefined || name === only);
  if (names.length === 0) throw new StartRefused(`There is no subgraph ${only}: ${databaseNames.join(', ')}.`);
  await withThrowawayPostgres(async (url) => {
    const files: string[] = [];
    for (const name of names) files.push(...(await writeMigrations(url, name, change, new Date())));
    console.log(files.length === 0 ? 'Models and migrations agree, nothing to write' : `Written:\n${files.join('\n')}`);
  });
}

async function drift(): Promise<void> {
  await withThrowawayPostgres(async (url) => {
    const off: DatabaseName[] = [];
    for (const name of databaseNames) {
      const sql = await differenceOf(url, name, await migrationsOf(name), await prismaSchemaOf(name));
      if (sql !== '') {
        off.push(name);
        console.error(`The migrations of ${name} do not give its models. Missing:\n\n${sql}`);
      }
    }
    if (off.length > 0) process.exitCode = 1;
    else console.log('Migrations and models agree');
  });
}

try {
  if (command === undefined) await up();
  else if (command === 'new') await write(rest[0], rest[1]);
  else if (command === 'drift') await drift();
  else
    throw new StartRefused(
      `There is no ${command}: npm run migrate, npm run migrate -- new <noun_change> [subgraph], npm run migrate -- drift.`,
    );
} catch (error) {
  console.error(error instanceof StartRefused ? error.message : error);
  process.exitCode = 1;
}
