import { afterEach, beforeEach, expect, test } from 'vitest';
import { toId } from '#kernel/ids.ts';
import { readLeie } from '../../subgraphs/physicians/verification/leie.ts';
import { readNppes } from '../../subgraphs/physicians/verification/nppes.ts';
import { readStateBoard } from '../../subgraphs/physicians/verification/state-board.ts';
import { id, stored } from './authority.ts';
import { board, leie, nppes } from './lists.ts';
import { answerOf, namesake, officer, reason, type RunningVerification, startVerification } from './verification-verbs.ts';

let runs: RunningVerification;
beforeEach(async () => {
  runs = await startVerification();
});
afterEach(() => runs?.stop());

test('nobody is known to be free of exclusions before both lists were looked through, and a month later nobody is again', async () => {
  expect(await runs.exclusions()).toEqual(['UNKNOWN', 'UNKNOWN']);
  expect(await runs.onLeie()).toMatchObject({ lookedUp: 3, results: { CONFIRMED: 3 } });
  expect(await runs.exclusions()).toEqual(['UNKNOWN', 'UNKNOWN']);
  await runs.onSam();
  expect(await runs.exclusions()).toEqual(['NONE', 'NONE']);
  runs.moveTo('2027-01-05T10:00:00Z');
  expect(await runs.exclusions()).toEqual(['NONE', 'NONE']);
  runs.moveTo('2027-01-06T10:00:00Z');
  expect(await runs.exclusions()).toEqual(['UNKNOWN', 'UNKNOWN']);
});

test('whoever is on a list by NPI is excluded at once, does not grow old, and is free again when the list says so', async () => {
  await runs.onSam();
  await runs.onLeie();
  const report = await runs.onLeie({ LASTNAME: 'DELGADO', FIRSTNAME: 'R', NPI: '1234567893', EXCLDATE: '20261015' });
  expect(report.differences).toEqual([{ practitionerId: stored.director, licenseId: null, before: 'CONFIRMED', after: 'EXCLUDED' }]);
  expect(await runs.exclusions()).toEqual(['EXCLUDED 2026-10-15', 'NONE']);
  const trail = await runs.graph.owner.auditEvent.findMany({ where: { action: 'credential.flagged' } });
  expect(trail.map(({ tenantId, subjectId, actor, service }) => [tenantId, subjectId, actor, service])).toEqual([
    [stored.austin, stored.director, 'physicians', 'physicians'],
    [stored.miami, stored.director, 'physicians', 'physicians'],
  ]);
  runs.moveTo('2027-06-01T10:00:00Z');
  expect(await runs.exclusions()).toEqual(['EXCLUDED 2026-10-15', 'UNKNOWN']);
  await runs.onSam();
  expect((await runs.onLeie({ NPI: '1234567893', REINDATE: '20270101' })).differences).toEqual([
    { practitionerId: stored.director, licenseId: null, before: 'EXCLUDED', after: 'CONFIRMED' },
  ]);
  expect(await runs.exclusions()).toEqual(['NONE', 'NONE']);
});

test('a namesake of the same birthday blocks until somebody has told the two apart, and is not asked about again', async () => {
  await runs.onSam();
  await runs.graph.owner.practitionerBirth.create({ data: { practitionerId: stored.nurse, bornOn: new Date('1971-03-13T00:00:00Z') } });
  await runs.graph.join(id.nurse, { role: 'EXAMINER', at: id.austin });
  expect((await runs.onLeie(namesake)).results).toEqual({ CONFIRMED: 2, POSSIBLE: 1 });
  expect(await runs.exclusions()).toEqual(['NONE', 'POSSIBLE']);
  const [match] = await runs.nodes();
  expect(match).toEqual({
    ...{ id: expect.any(String), source: 'OIG_LEIE', result: 'POSSIBLE', basis: 'NAME_AND_BIRTH', since: '2020-01-01' },
    practitioner: { id: id.nurse },
  });
  const input = { checkId: match?.['id'], reason };
  expect(answerOf(await runs.clearWithoutStepUp(input.checkId))).toMatchObject({ code: 'STEP_UP_REQUIRED' });
  const stranger = { role: 'COMPLIANCE_OFFICER', at: toId('clinic', stored.denver) } as const;
  expect(answerOf(await runs.clear(input.checkId, stranger))).toMatchObject({ code: 'NOT_FOUND' });
  const cleared = {
    __typename: 'CredentialCheck',
    result: 'POSSIBLE',
    clearance: { reason, clearedBy: expect.any(String), at: '2026-12-01T15:00:02.000Z' },
  };
  expect(answerOf(await runs.clear(input.checkId, officer, 'k'))).toEqual(cleared);
  expect(answerOf(await runs.clear(input.checkId, officer, 'k'))).toEqual(cleared);
  expect(answerOf(await runs.clear(input.checkId))).toMatchObject({ code: 'CONFLICT' });
  expect(await runs.exclusions()).toEqual(['NONE', 'NONE']);
  expect(await runs.nodes()).toEqual([]);
  expect((await runs.onLeie({ ...namesake, ADDRESS: '2 OTHER ST' })).results).toEqual({ CONFIRMED: 3 });
  expect((await runs.onLeie({ ...namesake, EXCLDATE: '20261120' })).results).toEqual({ CONFIRMED: 2, POSSIBLE: 1 });
  expect(await runs.exclusions()).toEqual(['NONE', 'POSSIBLE']);
});

test('of several namesakes each has to be cleared', async () => {
  await runs.onSam();
  await runs.graph.join(id.nurse, { role: 'EXAMINER', at: id.austin });
  await runs.onLeie({ ...namesake, STATE: 'TX' }, { ...namesake, STATE: 'TX', DOB: '19500101' });
  const [second, first] = await runs.nodes();
  for (const { id: checkId } of [first, second].filter((node) => node !== undefined)) {
    expect(await runs.exclusions()).toEqual(['NONE', 'POSSIBLE']);
    expect(answerOf(await runs.clear(checkId))).toMatchObject({ result: 'POSSIBLE' });
  }
  expect(await runs.exclusions()).toEqual(['NONE', 'NONE']);
});

test('an exclusion by NPI is no possible match, and is never cleared', async () => {
  await runs.onLeie({ NPI: '1234567893' });
  const check = await runs.graph.owner.credentialCheck.findFirstOrThrow({ where: { result: 'EXCLUDED' } });
  const input = { checkId: toId('credentialCheck', check.id), reason };
  expect(answerOf(await runs.clear(input.checkId))).toMatchObject({ code: 'ILLEGAL_TRANSITION' });
});

test('another birthday, or another NPI, is another person', async () => {
  await runs.graph.owner.practitionerBirth.create({ data: { practitionerId: stored.nurse, bornOn: new Date('1980-01-01T00:00:00Z') } });
  expect((await runs.onLeie(namesake, { ...namesake, DOB: '00000000', NPI: '1679576722' })).results).toEqual({ CONFIRMED: 2, EXCLUDED: 1 });
});

test('a list with broken rows is refused row by row, and nothing of it is written', async () => {
  const list = readLeie(
    leie({ NPI: '123' }, { EXCLDATE: '20261332' }, { LASTNAME: '' }, { NPI: '1234567893' }).concat('"NEVER CLOSED,\r\nONE,CELL\r\n'),
    runs.now(),
  );
  await expect(runs.run(list)).rejects.toMatchObject({
    reasons: [
      'Line 3 has an NPI that is not ten digits.',
      'Line 4 has no day of exclusion.',
      'Line 5 names nobody.',
      'Line 7 has a quotation mark out of place.',
      'Line 8 has 2 cells where the heading has 18.',
    ],
  });
  expect(await runs.graph.owner.verificationRun.count()).toBe(0);
  expect(await runs.run(list, { partial: true })).toMatchObject({ rows: 7, results: { EXCLUDED: 1, NO_ANSWER: 2 } });
  await runs.onSam();
  // What could be read holds; that the nurse was not in the rest proves nothing.
  expect(await runs.exclusions()).toEqual(['EXCLUDED 2019-05-20', 'UNKNOWN']);
});

test.each([
  ['another file', () => readLeie('a,b\n1,2\n', new Date()), /no column LASTNAME/],
  ['no row', () => readStateBoard(board(), 'TX'), /nobody would be on it/],
  ['no JSON', () => readNppes('nothing'), /no JSON/],
])('a list that is %s is refused', async (_what, list, reason) => {
  await expect((async () => runs.run(list()))()).rejects.toThrow(reason);
});

test('an older list than the last, and one with less than half of its rows, is refused', async () => {
  await runs.onLeie({}, {}, {}, {});
  await expect(runs.run(readLeie(leie({}, {}, {}, {}), runs.now()), { asOf: new Date('2026-11-30T00:00:00Z') })).rejects.toThrow(
    'this one is older',
  );
  await expect(runs.onLeie()).rejects.toThrow('One of these lists had 5 rows, this one has 1');
  expect(await runs.run(readLeie(leie(), runs.now()), { partial: true })).toMatchObject({ results: { NO_ANSWER: 3 } });
});

test('the NPI registry confirms an NPI, or says whose it is', async () => {
  const basic = { first_name: 'ROSA', last_name: 'DELGADO', status: 'A' };
  const list = readNppes(
    nppes({ number: '1234567893', enumeration_type: 'NPI-1', basic }, { number: 1245319599, enumeration_type: 'NPI-1', basic }),
  );
  expect((await runs.run(list)).results).toEqual({ CONFIRMED: 1, MISMATCH: 1, NO_ANSWER: 1 });
});

test('runs and their differences are shown to whoever manages credentials, of their own people only', async () => {
  await runs.onLeie({ NPI: '1234567893' }, { NPI: '1679576722' });
  const document = `{ verificationRuns { nodes { source state at asOf rowCount brokenCount differences { practitioner { id } before after } } } }`;
  type Runs = { verificationRuns: { nodes: { differences: object[] }[] } };
  const seen = async (at: string) =>
    ((await runs.graph.as({ role: 'COMPLIANCE_OFFICER', at }).ask(document)).data as Runs).verificationRuns;
  expect((await seen(officer.at)).nodes).toEqual([
    {
      ...{ source: 'OIG_LEIE', state: null, at: '2026-12-01T15:00:00.000Z', asOf: '2026-12-01T15:00:00.000Z', rowCount: 3, brokenCount: 0 },
      differences: [{ practitioner: { id: id.director }, before: null, after: 'EXCLUDED' }],
    },
  ]);
  expect((await seen(id.denver)).nodes.map(({ differences }) => differences)).toEqual([
    [{ practitioner: { id: id.stranger }, before: null, after: 'EXCLUDED' }],
  ]);
});
