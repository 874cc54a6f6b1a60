import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startPostgres } from '#prisma/postgres.ts';
import { StartRefused } from '#prisma/start-refused.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'goodfaith-postgres-'));
  await chmod(folder, 0o711);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Starts a database in another process, which says its address and then does as told. */
async function elsewhere(): Promise<{ url: string; kill(signal: NodeJS.Signals): Promise<void> }> {
  const program = `
    const { startPostgres } = await import(${JSON.stringify(new URL('../../prisma/postgres.ts', import.meta.url).href)});
    const server = await startPostgres(${JSON.stringify(folder)});
    process.once('SIGINT', () => server.stop().then(() => process.exit(0)));
    process.stdout.write(server.url);
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  return {
    url: said.toString(),
    async kill(signal) {
      child.kill(signal);
      await once(child, 'exit');
    },
  };
}

async function ask(url: string, statement: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client
    .query(statement)
    .then(({ rows }) => rows)
    .finally(() => client.end());
}

test('takes over a server whose process was killed, with everything that was committed', async () => {
  const first = await elsewhere();
  await ask(first.url, 'create table kept as select 42 as answer');
  await first.kill('SIGKILL');

  const second = await startPostgres(folder);
  expect(second.adopted).toBe(true);
  expect(second.url).toBe(first.url);
  expect(await ask(second.url, 'select * from kept')).toEqual([{ answer: 42 }]);
  await second.stop();
  await expect(ask(second.url, 'select 1')).rejects.toThrow('ECONNREFUSED');
});

test('recovers when the server was killed as well', async () => {
  const first = await elsewhere();
  await ask(first.url, 'create table kept as select 42 as answer');
  const postmaster = Number((await readFile(join(folder, 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[0]);
  await first.kill('SIGKILL');
  process.kill(postmaster, 'SIGKILL');

  const second = await startPostgres(folder);
  expect(await ask(second.url, 'select * from kept')).toEqual([{ answer: 42 }]);
  await second.stop();
});

test('refuses a data folder that another live process uses, and starts once that one stopped', async () => {
  const first = await elsewhere();
  await expect(startPostgres(folder)).rejects.toThrow(/in use by another running process/);
  await first.kill('SIGINT');
  const second = await startPostgres(folder);
  expect(second.adopted).toBe(false);
  await second.stop();
});

test('is not misled by a file that an earlier server left behind', async () => {
  await (await startPostgres(folder)).stop();
  await writeFile(
    join(folder, 'postgres', 'postmaster.pid'),
    `${process.pid}\n${join(folder, 'postgres')}\n1\n5432\n\n127.0.0.1\n0 0\nready\n`,
  );
  const again = await startPostgres(folder);
  expect(again.adopted).toBe(false);
  await again.stop();
});

test('keeps its password to itself and syncs what it writes', async () => {
  const server = await startPostgres(folder);
  expect((await stat(join(folder, 'postgres.json'))).mode & 0o777).toBe(0o600);
  expect(await ask(server.url, 'show fsync')).toEqual([{ fsync: 'on' }]);
  expect(await ask(server.url, 'show listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
  await expect(ask(Object.assign(new URL(server.url), { password: 'guess' }).href, 'select 1')).rejects.toThrow(
    'password authentication failed',
  );
  await server.stop();
});

test('says in one sentence what is wrong with a data folder', async () => {
  await writeFile(join(folder, 'file'), '');
  await expect(startPostgres(join(folder, 'file'))).rejects.toThrow(/cannot be written .* set GOODFAITH_DATA_DIR to another\.$/);
  await (await startPostgres(folder)).stop();
  await writeFile(join(folder, 'postgres', 'PG_VERSION'), '17\n');
  await expect(startPostgres(folder)).rejects.toThrow(StartRefused);
  await expect(startPostgres(folder)).rejects.toThrow(/was made by PostgreSQL 17/);
});

test('a folder that only its owner may enter will do, also for root', async () => {
  await chmod(folder, 0o700);
  const first = await startPostgres(folder);
  const client = new pg.Client({ connectionString: first.url });
  await client.connect();
  await client.query('create table kept (id int)');
  await client.end();
  await first.stop();
  const second = await startPostgres(folder);
  const again = new pg.Client({ connectionString: second.url });
  await again.connect();
  expect((await again.query('select count(*)::int as found from kept')).rows).toEqual([{ found: 0 }]);
  await again.end();
  await second.stop();
});
