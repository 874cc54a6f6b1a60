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
import { readList } from '../../subgraphs/physicians/verification/read-list.ts';
import { ListRefused, type SoughtPerson } from '../../subgraphs/physicians/verification/source.ts';
import { verifyConfigured } from '../../subgraphs/physicians/verification/verify-configured.ts';
import { testDatabase } from '../support/postgres.ts';
import { stored, writeAuthority } from './authority.ts';
import { board, leie, sam } from './lists.ts';
import { delgado } from './verification-verbs.ts';

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
});

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

test('a list with broken rows is told row by row, and nothing of it is written; of part of one what was left out is told', async () => {
  const path = await file('broken.csv', sam({ Last: 'DELGADO', 'Active Date': 'soon' }, { NPI: '1234567893', Last: 'DELGADO' }));
  expect(await command('--source', 'SAM', '--file', path)).toEqual({ exit: 1, lines: ['Line 3 has no day from which it is active.'] });
  expect(await owner.verificationRun.count({ where: { source: 'SAM' } })).toBe(0);
  const { exit, lines } = await command('--source', 'SAM', '--file', path, '--partial');
  expect([exit, lines.slice(0, 3)]).toEqual([
    0,
    [
      expect.stringMatching(/: 3 rows, 3 people looked up: 1 EXCLUDED, 2 NO_ANSWER$/),
      '1 row was left out, so absence proves nothing:',
      '  line 3 has no day from which it is active',
    ],
  ]);
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
  [['--source', 'SAM', '--file', 'x', '--as-of', '2026-12-02'], /2026-12-02 is still to come/],
  [['--source', 'SAM', '--file', 'x', '--foo'], /'--foo'.*npm run verify-credentials/s],
  [['--source', 'SAM', 'x'], /'x'.*npm run verify-credentials/s],
  [['--source', 'SAM', '--file', 'x', '--partial', '--whole'], /npm run verify-credentials/],
])('%j is refused in words', (given, reason) => {
  const refused = expect(() => asked(given, new Date('2026-12-01T23:00:00Z')));
  refused.toThrow(ListRefused);
  refused.toThrow(reason);
});

test('a file of a day to come is of now: nobody counts as reinstated before they are', async () => {
  const path = await file('ahead.csv', leie({ NPI: '1234567893', REINDATE: '20261205' }));
  await utimes(path, new Date('2026-12-31T00:00:00Z'), new Date('2026-12-31T00:00:00Z'));
  const { list, asOf } = await readList({ source: 'OIG_LEIE', state: null, path }, new Date('2026-12-01T23:00:00Z'));
  expect(asOf).toEqual(new Date('2026-12-01T23:00:00Z'));
  const licenses: SoughtPerson['licenses'] = [];
  const found = await list.lookUp({ id: 'p', npi: '1234567893', givenName: 'R', familyName: 'D', bornOn: null, licenses });
  expect(found).toMatchObject([{ result: 'EXCLUDED' }]);
});

test('lists for every day are named in one setting', () => {
  expect(readEnv({}).credentialFiles).toEqual([]);
  expect(readEnv({ CREDENTIAL_FILES: 'SAM=/l/sam.csv, STATE_BOARD:TX=/l/tx.csv' }).credentialFiles).toEqual([
    { source: 'SAM', state: null, path: '/l/sam.csv' },
    { source: 'STATE_BOARD', state: 'TX', path: '/l/tx.csv' },
  ]);
  expect(() => readEnv({ CREDENTIAL_FILES: 'SAM' })).toThrow(EnvRefused);
});

/** The daily run over these lists, and what it logs. */
async function daily(lists: readonly string[]): Promise<{ told: object[]; failed: string | null }> {
  const told: object[] = [];
  const log = { info: (entry: object) => void told.push(entry), warn: (entry: object) => void told.push(entry) };
  const verifier = verifierOn(database.ownerUrl, () => new Date());
  try {
    const service = { ...verifier, log } as unknown as Parameters<typeof verifyConfigured>[0];
    const files = lists.flatMap((text) => credentialFile(text) ?? []);
    const failed = await verifyConfigured(service, files).then(
      () => null,
      (error: Error) => error.message,
    );
    return { told, failed };
  } finally {
    await verifier.stop();
  }
}

test('a list that is refused keeps the daily run from none of the others', async () => {
  const lists = [`OIG_LEIE=${await file('other.csv', 'a,b\n')}`, `SAM=${await file('sam.csv', sam({ Last: 'NOBODY' }))}`];
  await utimes(join(folder, 'sam.csv'), new Date(), new Date());
  expect(await daily(lists)).toMatchObject({
    told: [
      { code: 'CREDENTIAL_LIST_REFUSED', source: 'OIG_LEIE' },
      { code: 'CREDENTIALS_VERIFIED', source: 'SAM', rows: 2, lookedUp: 3, results: { CONFIRMED: 3 } },
    ],
    failed: null,
  });
});

test('a list that fails otherwise keeps the run from none of the others either, and the run fails at its end', async () => {
  const [texas, lists] = [await file('tx.csv', board(delgado)), `SAM=${join(folder, 'sam.csv')}`];
  await owner.licenseStanding.create({
    data: {
      ...{ id: '01980000-0000-7000-8000-000000000901', licenseId: stored.license, practitionerId: stored.director, status: 'SUSPENDED' },
      ...{ source: 'STATE_BOARD', effectiveFrom: new Date('2016-01-01T00:00:00Z'), recordedAt: new Date('2099-01-01T00:00:00Z') },
    },
  });
  await owner.license.updateMany({ where: { id: stored.license }, data: { status: 'UNVERIFIED' } });
  expect(await daily([`STATE_BOARD:TX=${texas}`, lists])).toMatchObject({
    told: [
      { code: 'CREDENTIALS_VERIFIED', source: 'STATE_BOARD' },
      { code: 'CREDENTIALS_NOT_KEPT', practitioners: [toId('practitioner', stored.director)] },
      { code: 'CREDENTIALS_VERIFIED', source: 'SAM' },
    ],
    failed: 'Not everything of these lists could be kept: STATE_BOARD TX.',
  });
});
