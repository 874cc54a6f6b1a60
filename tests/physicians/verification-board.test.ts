import { afterEach, beforeEach, expect, test } from 'vitest';
import { readStateBoard } from '../../subgraphs/physicians/verification/state-board.ts';
import { id, stored } from './authority.ts';
import { board } from './lists.ts';
import { delgado, okafor, officer, type RunningVerification, startVerification } from './verification-verbs.ts';

let runs: RunningVerification;
beforeEach(async () => {
  runs = await startVerification();
});
afterEach(() => runs?.stop());

const suspended = { ...delgado, status: 'Suspended', action: 'Emergency order', action_on: '11/15/2026', reference: 'SO-26-1' };
const verifiedAt = async () => (await runs.graph.owner.license.findUniqueOrThrow({ where: { id: stored.license } })).verifiedAt;
const standings = async () => {
  const rows = await runs.graph.owner.licenseStanding.findMany({ where: { licenseId: stored.license }, orderBy: { recordedAt: 'asc' } });
  return rows.map(({ status, effectiveFrom, effectiveTo }) =>
    [status, ...[effectiveFrom, effectiveTo].map((day) => day?.toISOString().slice(0, 10) ?? 'open')].join(' '),
  );
};
const flagged = async () => {
  const trail = await runs.graph.owner.auditEvent.findMany({ where: { action: 'credential.flagged', subjectId: stored.director } });
  return trail.map(({ tenantId, detail }) => [tenantId, (detail as { after: string }).after]);
};

test('what a board confirms is fresh as of its list, not as of the run', async () => {
  const asOf = new Date('2026-11-25T08:00:00Z');
  const list = readStateBoard(board(delgado, okafor), 'TX');
  expect(await runs.run(list, { asOf })).toMatchObject({ lookedUp: 2, results: { CONFIRMED: 2 }, unkept: [] });
  expect([await runs.statuses(), await verifiedAt()]).toEqual([['ACTIVE', 'ACTIVE'], asOf]);
  expect((await runs.run(list, { asOf })).differences).toEqual([]);
  expect(await standings()).toEqual(['ACTIVE 2015-05-01 open']);
});

test('a board’s sanction suspends at once from the day it names, in the two times of a licence', async () => {
  expect((await runs.atBoard(suspended, okafor)).differences).toMatchObject([
    { licenseId: stored.license, before: 'CONFIRMED', after: 'DISCIPLINE' },
    { before: null, after: 'CONFIRMED' },
  ]);
  expect([await runs.statuses(), await verifiedAt()]).toEqual([['SUSPENDED', 'ACTIVE'], new Date('2026-12-01T15:00:00Z')]);
  expect(await standings()).toEqual(['ACTIVE 2015-05-01 open', 'SUSPENDED 2026-11-15 open']);
  expect(await flagged()).toEqual([
    [stored.austin, 'DISCIPLINE'],
    [stored.miami, 'DISCIPLINE'],
  ]);
  // A list that calls it active again takes nothing back.
  expect((await runs.atBoard(delgado, okafor)).results).toEqual({ MISMATCH: 1, CONFIRMED: 1 });
  expect(await runs.statuses()).toEqual(['SUSPENDED', 'ACTIVE']);
});

test('no list makes a sanction milder, whatever reference it names, and not in two steps either', async () => {
  await runs.atBoard({ ...delgado, status: 'Revoked', reference: 'D-1' }, okafor);
  for (const status of ['Inactive', 'Probation', 'Suspended', 'Active']) {
    expect((await runs.atBoard({ ...delgado, status, reference: 'D-1' }, okafor)).results).toEqual({ MISMATCH: 1, CONFIRMED: 1 });
    expect(await runs.statuses()).toEqual(['REVOKED', 'ACTIVE']);
  }
  expect(await standings()).toEqual(['ACTIVE 2015-05-01 open', 'REVOKED 2026-12-01 open']);
});

test('a sanction is written for the days on which nothing stricter is on record', async () => {
  const day = (text: string) => new Date(`${text}T00:00:00Z`);
  const row = { licenseId: stored.license, practitionerId: stored.director, status: 'SUSPENDED', source: 'STATE_BOARD' };
  await runs.graph.owner.licenseStanding.createMany({
    data: [
      {
        ...{ ...row, id: '01980000-0000-7000-8000-000000000901', recordedAt: day('2026-11-01') },
        ...{ effectiveFrom: day('2026-11-01'), effectiveTo: day('2026-11-10') },
      },
      { ...row, id: '01980000-0000-7000-8000-000000000902', recordedAt: day('2026-11-02'), effectiveFrom: day('2027-01-01') },
    ],
  });
  const restricted = { ...delgado, status: 'Probation', action_on: '2026-11-05' };
  expect((await runs.atBoard(restricted, okafor)).results).toEqual({ DISCIPLINE: 1, CONFIRMED: 1 });
  expect((await standings()).at(-1)).toBe('RESTRICTED 2026-12-01 2026-12-31');
});

test('an action on a licence that is called active restricts it', async () => {
  expect((await runs.atBoard({ ...delgado, action: 'Consent order' }, okafor)).results).toEqual({ DISCIPLINE: 1, CONFIRMED: 1 });
  expect(await runs.statuses()).toEqual(['RESTRICTED', 'ACTIVE']);
});

test('a sanction of the same number holds under another surname too', async () => {
  expect((await runs.atBoard({ ...suspended, last_name: 'Delgado-Ruiz' }, okafor)).results).toEqual({ DISCIPLINE: 1, CONFIRMED: 1 });
  expect(await runs.statuses()).toEqual(['SUSPENDED', 'ACTIVE']);
});

test.each([
  ['is not in a whole list', [{ ...delgado, license_number: 'Z-9' }], 'NOT_FOUND'],
  ['is somebody else’s there', [{ ...delgado, last_name: 'Other' }], 'MISMATCH'],
  ['ended earlier there', [{ ...delgado, expires_on: '05/31/2026' }], 'MISMATCH'],
])('a licence that %s is unverified at once, and each clinic is told', async (_what, rows, result) => {
  const before = await verifiedAt();
  expect((await runs.atBoard(...rows, okafor)).results).toEqual({ [result]: 1, CONFIRMED: 1 });
  expect([await runs.statuses(), await verifiedAt()]).toEqual([['UNVERIFIED', 'ACTIVE'], before]);
  expect(await flagged()).toEqual([
    [stored.austin, result],
    [stored.miami, result],
  ]);
  expect((await runs.atBoard(delgado, okafor)).results).toEqual({ CONFIRMED: 2 });
  expect(await runs.statuses()).toEqual(['ACTIVE', 'ACTIVE']);
});

test('absence says nothing in part of a list, nor in one of another board, and a later last day renews nothing', async () => {
  expect((await runs.atBoard(okafor)).results).toEqual({ NO_ANSWER: 1, CONFIRMED: 1 });
  const part = readStateBoard(board({ ...delgado, license_number: 'Z-9' }, okafor, { ...okafor, license_number: '' }), 'TX');
  expect((await runs.run(part, { partial: true })).results).toEqual({ NO_ANSWER: 1, CONFIRMED: 1 });
  expect((await runs.atBoard({ ...delgado, expires_on: '05/31/2029' }, okafor)).results).toEqual({ MISMATCH: 1, CONFIRMED: 1 });
  expect(await runs.statuses()).toEqual(['ACTIVE', 'ACTIVE']);
});

const record = `mutation ($input: RecordLicenseStandingInput!) { recordLicenseStanding(input: $input) {
  __typename ... on Refusal { code }
} }`;

test('a doubt that somebody has settled with the board since does not stop the licence again, and is told at every clinic', async () => {
  const married = { ...delgado, last_name: 'Ruiz' };
  await runs.atBoard(married, okafor);
  const input = {
    ...{ licenseId: id.license, status: 'ACTIVE', effectiveFrom: '2026-12-01' },
    ...{ source: 'STATE_BOARD', reference: 'Telephone, 1 December: married in October.' },
  };
  expect((await runs.graph.steppedUp(officer).ask(record, { input })).data).toEqual({
    recordLicenseStanding: { __typename: 'LicenseStanding' },
  });
  const trail = await runs.graph.owner.auditEvent.findMany({ where: { action: 'license.standing-recorded', service: null } });
  expect(trail.map(({ tenantId }) => tenantId).toSorted()).toEqual([stored.austin, stored.miami]);
  expect((await runs.atBoard(married, okafor)).results).toEqual({ MISMATCH: 1, CONFIRMED: 1 });
  expect(await runs.statuses()).toEqual(['ACTIVE', 'ACTIVE']);
  // Another doubt is a new one.
  await runs.atBoard({ ...married, license_number: 'Z-9' }, okafor);
  expect(await runs.statuses()).toEqual(['UNVERIFIED', 'ACTIVE']);
});

test('whoever’s record cannot be written is left out and reported, and everybody else is kept', async () => {
  await runs.graph.owner.licenseStanding.create({
    data: {
      ...{ id: '01980000-0000-7000-8000-000000000903', licenseId: stored.nurseLicense, practitionerId: stored.nurse, status: 'ACTIVE' },
      ...{ source: 'STATE_BOARD', effectiveFrom: new Date('2026-12-01T00:00:00Z'), recordedAt: new Date('2026-12-02T00:00:00Z') },
    },
  });
  const report = await runs.atBoard(suspended, { ...okafor, status: 'Suspended' });
  expect(report).toMatchObject({ results: { DISCIPLINE: 1 }, unkept: [stored.nurse] });
  expect(await runs.statuses()).toEqual(['SUSPENDED', 'ACTIVE']);
  runs.moveTo('2026-12-02T15:00:00Z');
  expect((await runs.atBoard(suspended, { ...okafor, status: 'Suspended' })).unkept).toEqual([]);
  expect(await runs.statuses()).toEqual(['SUSPENDED', 'SUSPENDED']);
});

test('a finding waits for nobody’s lock for long: the others are kept, and who was held up is reported', async () => {
  await runs.graph.owner.$transaction(
    async (other) => {
      await other.$queryRawUnsafe('select 1 from physicians.license where id = $1::uuid for update', stored.nurseLicense);
      expect(await runs.atBoard(suspended, okafor)).toMatchObject({ results: { DISCIPLINE: 1 }, unkept: [stored.nurse] });
    },
    { timeout: 60_000 },
  );
  expect(await runs.statuses()).toEqual(['SUSPENDED', 'ACTIVE']);
});
