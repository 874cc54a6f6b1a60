import { execFile } from 'node:child_process';
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PrismaPg } from '@prisma/adapter-pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toId } from '#kernel/ids.ts';
import { PrismaClient } from '#prisma/generated/physicians/client.ts';
import { credentialFile, EnvRefused, readEnv } from '#kernel/env.ts';
import { asked, run, verifierOn } from '../../subgraphs/physicians/verification/command.ts';
import { verifyConfigured } from '../../subgraphs/physicians/verification/verify-configured.ts';
import { testDatabase } from '../support/postgres.ts';
import { stored, writeAuthority } from './authority.ts';
import { leie, sam } from './lists.ts';

const started = promisify(execFile);
let database: Awaited<ReturnType<typeof testDatabase>>;
let owner: PrismaClient;
let folder: string;
beforeAll(async () => {
  database = await testDatabase();
  owner = new PrismaClient({ adapter: new PrismaPg({ connectionString: database.ownerUrl }, { schema: 'physicians' }) });
  await writeAuthority(owner);
  folder = await mkdtemp(join(tmpdir(), 'lists-'));
});
afterAll(async () => {
  await owner?.$disconnect();
  await database?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

async function file(name: string, text: string | Buffer): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

/** The command on the database's owner, as of now. */
const command = (...given: string[]) =>
  run(
    given,
    async () => database.ownerUrl,
    () => new Date(),
  );

test('the command can be typed', async () => {
  await expect(started(process.execPath, ['subgraphs/physicians/verification/command.ts'])).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('npm run verify-credentials'),
  });
}, 60_000);

test('the command looks everybody up and says what differs from the last list', async () => {
  const path = await file('leie.csv', leie({ NPI: '1234567893', EXCLDATE: '20261015' }));
  const { exit, lines } = await command('--source', 'OIG_LEIE', '--file', path, '--as-of', '2020-01-31');
  expect([exit, lines.slice(0, 4).toSorted()]).toEqual([
    0,
    [
      `  ${toId('practitioner', stored.director)}: never asked → EXCLUDED`,
      `  ${toId('practitioner', stored.nurse)}: never asked → CONFIRMED`,
      `  ${toId('practitioner', stored.stranger)}: never asked → CONFIRMED`,
      'OIG_LEIE of 2020-01-31: 2 rows, 3 people looked up: 1 EXCLUDED, 2 CONFIRMED',
    ],
  ]);
});

test('a list with broken rows is told row by row, and nothing of it is written', async () => {
  const path = await file('broken.csv', sam({ Last: 'DELGADO', 'Active Date': 'soon' }, { NPI: '1234567893', Last: 'DELGADO' }));
  expect(await command('--source', 'SAM', '--file', path)).toEqual({ exit: 1, lines: ['Line 3 has no day from which it is active.'] });
  expect(await owner.verificationRun.count({ where: { source: 'SAM' } })).toBe(0);
  expect((await command('--source', 'SAM', '--file', path, '--partial')).lines[0]).toMatch(
    /: 3 rows, 3 people looked up: 1 EXCLUDED, 2 NO_ANSWER$/,
  );
});

test('a file that is not there, or is not text, is refused in one line', async () => {
  const nowhere = join(folder, 'nowhere.csv');
  expect(await command('--source', 'SAM', '--file', nowhere)).toEqual({ exit: 1, lines: [`${nowhere} cannot be read (ENOENT).`] });
  const path = await file('latin.csv', Buffer.from(leie({ LASTNAME: 'PEÑA' }), 'latin1'));
  expect((await command('--source', 'OIG_LEIE', '--file', path)).lines).toEqual([`${path} is not UTF-8: names in it would not be found.`]);
});

test.each([
  [[], /npm run verify-credentials/],
  [['--source', 'NPDB', '--file', 'x'], /NPDB is no source/],
  [['--source', 'STATE_BOARD', '--file', 'x'], /STATE_BOARD is no source/],
  [['--source', 'SAM', '--file', 'x', '--as-of', 'today'], /today is no day/],
])('%j is refused', (given, reason) => {
  expect(() => asked(given)).toThrow(reason);
});

test('lists for every day are named in one setting', () => {
  expect(readEnv({}).credentialFiles).toEqual([]);
  expect(readEnv({ CREDENTIAL_FILES: 'SAM=/l/sam.csv, STATE_BOARD:TX=/l/tx.csv' }).credentialFiles).toEqual([
    { source: 'SAM', state: null, path: '/l/sam.csv' },
    { source: 'STATE_BOARD', state: 'TX', path: '/l/tx.csv' },
  ]);
  expect(() => readEnv({ CREDENTIAL_FILES: 'SAM' })).toThrow(EnvRefused);
});

test('a list that is refused keeps the daily run from none of the others', async () => {
  const told: object[] = [];
  const log = { info: (entry: object) => void told.push(entry), warn: (entry: object) => void told.push(entry) };
  const verifier = verifierOn(database.ownerUrl, () => new Date());
  const lists = [`OIG_LEIE=${await file('other.csv', 'a,b\n')}`, `SAM=${await file('sam.csv', sam({ Last: 'NOBODY' }))}`];
  await utimes(join(folder, 'sam.csv'), new Date(), new Date());
  try {
    const service = { ...verifier, log } as unknown as Parameters<typeof verifyConfigured>[0];
    await verifyConfigured(
      service,
      lists.flatMap((text) => credentialFile(text) ?? []),
    );
  } finally {
    await verifier.stop();
  }
  expect(told).toMatchObject([
    { code: 'CREDENTIAL_LIST_REFUSED', source: 'OIG_LEIE' },
    { code: 'CREDENTIALS_VERIFIED', source: 'SAM', rows: 2, lookedUp: 3, results: { CONFIRMED: 3 } },
  ]);
});
