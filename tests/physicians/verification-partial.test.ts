import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { toId } from '#kernel/ids.ts';
import { readLeie } from '../../subgraphs/physicians/verification/leie.ts';
import { id, stored } from './authority.ts';
import { leie } from './lists.ts';
import { answerOf, namesake, type RunningVerification, startVerification } from './verification-verbs.ts';

let runs: RunningVerification;
beforeEach(async () => {
  runs = await startVerification();
  await runs.graph.join(id.nurse, { role: 'EXAMINER', at: id.austin });
  await runs.graph.owner.practitionerBirth.create({ data: { practitionerId: stored.nurse, bornOn: new Date('1971-03-13T00:00:00Z') } });
});
afterEach(() => runs?.stop());

const clearAll = async () => {
  for (const { id: checkId } of await runs.nodes()) expect(answerOf(await runs.clear(checkId))).toMatchObject({ result: 'POSSIBLE' });
};
const nurse = { NPI: '1245319599', EXCLDATE: '20261015' };

test('part of a list frees nobody who is excluded, though their namesake was cleared', async () => {
  await runs.onSam();
  await runs.onLeie(namesake);
  await clearAll();
  expect(await runs.exclusions()).toEqual(['NONE', 'NONE']);
  await runs.onLeie(namesake, nurse);
  expect(await runs.exclusions()).toEqual(['NONE', 'EXCLUDED 2026-10-15']);
  expect((await runs.onPartOfLeie(namesake)).results).toEqual({ NO_ANSWER: 3 });
  expect(await runs.exclusions()).toEqual(['NONE', 'EXCLUDED 2026-10-15']);
  // Nor does another namesake, who would be cleared next.
  expect((await runs.onPartOfLeie({ ...namesake, EXCLDATE: '20210101' })).results).toEqual({ NO_ANSWER: 2, POSSIBLE: 1 });
  expect(await runs.exclusions()).toEqual(['NONE', 'EXCLUDED 2026-10-15']);
  await runs.onLeie(namesake);
  expect(await runs.exclusions()).toEqual(['NONE', 'NONE']);
});

test('whoever is cleared of a match in part of a list is not known to be free until a whole one was looked through', async () => {
  await runs.onSam();
  expect((await runs.onPartOfLeie(namesake)).results).toEqual({ NO_ANSWER: 2, POSSIBLE: 1 });
  expect(await runs.exclusions()).toEqual(['UNKNOWN', 'POSSIBLE']);
  await clearAll();
  expect(await runs.exclusions()).toEqual(['UNKNOWN', 'UNKNOWN']);
  expect(await runs.nodes()).toEqual([]);
  await runs.onLeie(namesake);
  expect(await runs.exclusions()).toEqual(['NONE', 'NONE']);
});

test('a list that was cut off once is not whole ever after, until somebody says that it is', async () => {
  await runs.onSam();
  const rest = Array.from({ length: 20 }, () => ({}));
  await runs.onLeie({ NPI: '1234567893', EXCLDATE: '20261015' }, ...rest);
  const short = () => readLeie(leie({}, {}, {}), runs.now());
  await expect(runs.run(short())).rejects.toThrow('One of these lists had 22 rows, this one has 4: part of it is missing.');
  expect((await runs.run(short(), { partial: true })).results).toEqual({ NO_ANSWER: 3 });
  await expect(runs.run(short())).rejects.toThrow('had 22 rows');
  expect(await runs.exclusions()).toEqual(['EXCLUDED 2026-10-15', 'NONE']);
  // Nor does it help to shrink slowly.
  await runs.onLeie(...rest.slice(0, 11));
  await expect(runs.run(readLeie(leie(...rest.slice(0, 7)), runs.now()))).rejects.toThrow('had 22 rows');
  expect((await runs.run(short(), { whole: true })).results).toEqual({ CONFIRMED: 3 });
  expect((await runs.run(short())).results).toEqual({ CONFIRMED: 3 });
  const kept = await runs.graph.owner.verificationRun.findMany({ where: { source: 'OIG_LEIE' }, orderBy: { id: 'asc' } });
  expect(kept.map(({ rowCount, expectedRows, whole }) => [rowCount, expectedRows, whole])).toEqual([
    ...[
      [22, 22, true],
      [4, 22, false],
      [12, 22, true],
    ],
    ...[
      [4, 4, true],
      [4, 4, true],
    ],
  ]);
});

test('broken rows are not whole for being called so', async () => {
  const list = readLeie(leie({ EXCLDATE: 'soon' }), runs.now());
  await expect(runs.run(list, { whole: true })).rejects.toThrow('Line 3 has no day of exclusion.');
  expect((await runs.run(list, { whole: true, partial: true })).results).toEqual({ NO_ANSWER: 3 });
});

test('a match is cleared in every clinic’s trail, whoever cleared it', async () => {
  await runs.graph.owner.engagement.create({
    data: {
      ...{ id: '01980000-0000-7000-8000-000000000905', clinicId: stored.denver, practitionerId: stored.nurse, role: 'MEDICAL_DIRECTOR' },
      ...{ model: 'RETAINER', status: 'ACTIVE', startsOn: new Date('2026-01-01T00:00:00Z') },
    },
  });
  await runs.onLeie(namesake);
  await clearAll();
  const trail = await runs.graph.owner.auditEvent.findMany({ where: { action: 'credential.match-cleared' } });
  expect(trail.map(({ tenantId, detail }) => [tenantId, detail]).toSorted()).toEqual(
    [stored.austin, stored.denver].map((tenantId) => [tenantId, { source: 'OIG_LEIE', open: 0, at: stored.austin }]),
  );
});

test('clearing waits for a run over the same list, so that the run does not write the match anew', async () => {
  await runs.onSam();
  await runs.onLeie(namesake);
  const [match] = await runs.nodes();
  const other = new pg.Client({ connectionString: runs.graph.appUrl });
  await other.connect();
  try {
    await other.query('begin');
    await other.query(`select pg_advisory_xact_lock(hashtext('verification OIG_LEIE null'))`);
    const clearing = runs.clear(match?.['id']);
    const held = `select count(*)::int as n from pg_locks where locktype = 'advisory' and not granted
      and database = (select oid from pg_database where datname = current_database())`;
    const waits = async (): Promise<'waits'> => ((await other.query(held)).rows[0].n > 0 ? 'waits' : waits());
    expect(await Promise.race([waits(), clearing])).toBe('waits');
    await other.query('commit');
    expect(answerOf(await clearing)).toMatchObject({ result: 'POSSIBLE' });
  } finally {
    await other.end();
  }
  expect(await runs.exclusions()).toEqual(['NONE', 'NONE']);
});

test('what the lists say of somebody is told to who keeps their credentials as it is, and not at all to who proposes something to them', async () => {
  const hired = '01980000-0000-7000-8000-000000000906';
  const elsewhere = { role: 'COMPLIANCE_OFFICER', at: id.denver } as const;
  await runs.graph.owner.practitioner.create({
    data: {
      ...{ id: hired, npi: '1558444216', credential: 'NP', givenName: 'Una', familyName: 'Vale', displayName: 'Una Vale, NP' },
      ...{ registeredBy: JSON.stringify([elsewhere]), registeredAt: runs.now() },
    },
  });
  await runs.graph.owner.engagement.create({
    data: {
      ...{ id: '01980000-0000-7000-8000-000000000907', clinicId: stored.denver, practitionerId: stored.director, role: 'MEDICAL_DIRECTOR' },
      ...{ model: 'RETAINER', status: 'DRAFT', startsOn: new Date('2027-01-01T00:00:00Z') },
    },
  });
  await runs.onSam();
  await runs.onLeie();
  const document =
    'query ($hired: ID!, $sought: ID!) { hired: practitioner(id: $hired) { exclusion { status } } sought: practitioner(id: $sought) { exclusion { status } } }';
  const asked = { hired: toId('practitioner', hired), sought: id.director };
  expect((await runs.graph.as(elsewhere).ask(document, asked)).data).toEqual({
    ...{ hired: { exclusion: { status: 'NONE' } }, sought: { exclusion: null } },
  });
});
