import { afterEach, beforeEach, expect, test } from 'vitest';
import { clinics, id, NOW, stored, writeAuthority } from './authority.ts';
import { ada, type Asker, ben, recorded, told } from './register-verbs.ts';
import { delgado, okafor, startVerification } from './verification-verbs.ts';
import { type Answer, type RunningPhysicians, startPhysicians } from './running-physicians.ts';

let graph: RunningPhysicians;
beforeEach(async () => {
  graph = await startPhysicians(clinics, NOW);
  await writeAuthority(graph.owner);
});
afterEach(() => graph?.stop());

/** Of two things recorded in the same millisecond the stricter counts: nobody asks a board so fast. */
const LATER = '2026-12-01T15:01:00Z';

const standing = `mutation ($input: RecordLicenseStandingInput!) { recordLicenseStanding(input: $input) {
  __typename ... on Refusal { code } ... on InvalidInput { issues { path } } ... on LicenseStanding { status license { status verifiedAt } }
} }`;
const boardSays = async (who: Asker, input: object): Promise<unknown> => {
  const good = { status: 'ACTIVE', effectiveFrom: '2026-12-01', source: 'STATE_BOARD', reference: 'https://board.example/35' };
  const answer: Answer = await who.ask(standing, { input: { ...good, ...input } });
  return answer.data?.['recordLicenseStanding'];
};
const licensed = async (state: string, on: string, at?: string): Promise<unknown> => {
  const document = `query ($id: ID!, $state: UsState!, $on: Date!, $at: DateTime) {
    practitioner(id: $id) { licensed(state: $state, on: $on, asKnownAt: $at) { standing } } }`;
  const { data } = await ada(graph).ask(document, { id: id.director, state, on, at });
  return (data?.['practitioner'] as { licensed: { standing: unknown } } | undefined)?.licensed.standing;
};
const statusNow = async (state: string): Promise<unknown> => {
  const { data } = await ada(graph).ask('query ($id: ID!) { practitioner(id: $id) { licenses { state status } } }', { id: id.director });
  const person = data?.['practitioner'] as { licenses: { state: string; status: string }[] } | undefined;
  return person?.licenses.find((license) => license.state === state)?.status;
};

test('a licence is recorded as nobody has confirmed it, with a standing that says so, and carries nothing', async () => {
  const first = await told(ada(graph), 'recordLicense', { number: ' 35.123456 ' }, 'key-1');
  expect(first).toEqual({
    ...{ __typename: 'License', id: expect.stringMatching(/^lic_/), state: 'OH', type: 'PHYSICIAN', number: '35.123456' },
    ...{ status: 'UNVERIFIED', numberWarning: null, verifiedAt: null, issuedOn: '2020-01-15', expiresOn: '2027-10-01' },
    ...{ standings: [{ status: 'UNVERIFIED', effectiveFrom: '2020-01-15' }], practitioner: { id: id.director } },
  });
  expect(await told(ada(graph), 'recordLicense', { number: ' 35.123456 ' }, 'key-1')).toEqual(first);
  const trail = await graph.owner.auditEvent.findMany({ where: { kind: 'CHANGE' } });
  expect(trail.map(({ action, tenantId, detail }) => ({ action, tenantId, detail }))).toEqual([
    {
      ...{ action: 'license.recorded', tenantId: stored.austin },
      detail: {
        ...{ practitionerId: stored.director, state: 'OH', type: 'PHYSICIAN', issuedOn: '2020-01-15', expiresOn: '2027-10-01' },
      },
    },
  ]);
});

test('only somebody else than who recorded it says that it is good, and then it is', async () => {
  const licenseId = await recorded(ada(graph), 'recordLicense');
  expect(await boardSays(ada(graph), { licenseId })).toMatchObject({ code: 'INVALID_INPUT', issues: [{ path: 'input.status' }] });
  graph.setNow(LATER);
  expect(await boardSays(ben(graph), { licenseId })).toMatchObject({
    ...{ status: 'ACTIVE', license: { status: 'ACTIVE', verifiedAt: '2026-12-01T15:01:00.000Z' } },
  });
});

test('whoever recorded a licence may say the worst of it at once', async () => {
  const licenseId = await recorded(ada(graph), 'recordLicense');
  expect(await boardSays(ada(graph), { licenseId, status: 'SUSPENDED' })).toMatchObject({ license: { status: 'SUSPENDED' } });
});

test('a number that no licence of the state has is refused with what they look like, one that is merely unusual is marked', async () => {
  expect(await told(ada(graph), 'recordLicense', { number: '99.123456' })).toEqual({
    ...{ __typename: 'LicenseNumberShape', code: 'LICENSE_NUMBER_SHAPE', state: 'OH', shape: '35 and six digits' },
    message: 'Numbers of this kind in OH are 35 and six digits.',
  });
  expect(await told(ada(graph), 'recordLicense', { state: 'AZ', number: 'X-77' })).toMatchObject({
    ...{
      state: 'AZ',
      number: 'X-77',
      numberWarning: 'Numbers of this kind in AZ are mostly four to six digits: compare it with the licence.',
    },
  });
  expect(await told(ada(graph), 'recordLicense', { state: 'WY', number: '7' })).toMatchObject({ number: '7', numberWarning: null });
});

test('a licence is on record once, however its number is typed and whoever is said to hold it', async () => {
  const known = await recorded(ada(graph), 'recordLicense');
  await graph.join(id.nurse, { role: 'EXAMINER', at: id.austin });
  await graph.owner.practitioner.update({ where: { id: stored.nurse }, data: { credential: 'MD' } });
  for (const change of [{}, { number: '35-123456' }, { practitionerId: id.nurse, number: '35123456' }]) {
    expect(await told(ben(graph), 'recordLicense', change)).toMatchObject({ code: 'DUPLICATE', recordId: known });
  }
});

test('a renewed licence goes on as it is, and from its new term on is unconfirmed until somebody else has asked the board', async () => {
  expect(await told(ada(graph), 'renewLicense')).toEqual({
    ...{ __typename: 'License', id: id.license, status: 'ACTIVE', expiresOn: '2029-05-31' },
    renewals: [{ formerLastDay: '2027-05-31', startsOn: '2027-06-01', expiresOn: '2029-05-31' }],
    standings: [
      { status: 'ACTIVE', effectiveFrom: '2015-05-01', source: 'STATE_BOARD' },
      { status: 'UNVERIFIED', effectiveFrom: '2027-06-01', source: null },
    ],
  });
  expect(await licensed('TX', '2027-06-01')).toBe('UNVERIFIED');
  graph.setNow(LATER);
  const confirmed = { licenseId: id.license, effectiveFrom: '2027-06-01' };
  expect(await boardSays(ada(graph), confirmed)).toMatchObject({ code: 'INVALID_INPUT', issues: [{ path: 'input.status' }] });
  expect(await boardSays(ben(graph), confirmed)).toMatchObject({ status: 'ACTIVE' });
  expect(await licensed('TX', '2027-06-01')).toBe('ACTIVE');
  graph.setNow('2027-06-01T00:00:00Z');
  expect(await statusNow('TX')).toBe('STALE');
});

test('a term that nobody has confirmed is unconfirmed on both sides of a sanction recorded ahead', async () => {
  await graph.owner.license.update({ where: { id: stored.license }, data: { expiresOn: new Date('2026-12-10T00:00:00Z') } });
  const ahead = { licenseId: id.license, status: 'SUSPENDED', effectiveFrom: '2027-03-01', effectiveTo: '2027-03-31' };
  expect(await boardSays(ben(graph), ahead)).toMatchObject({ status: 'SUSPENDED', license: { status: 'ACTIVE' } });
  graph.setNow(LATER);
  expect(await told(ada(graph), 'renewLicense', { expiresOn: '2028-12-10' })).toMatchObject({ status: 'ACTIVE', expiresOn: '2028-12-10' });
  const days = ['2026-12-10', '2026-12-11', '2027-02-28', '2027-03-01', '2027-03-31', '2027-04-01', '2028-12-10', '2028-12-11'];
  expect(await Promise.all(days.map((day) => licensed('TX', day)))).toEqual([
    ...['ACTIVE', 'UNVERIFIED', 'UNVERIFIED', 'SUSPENDED', 'SUSPENDED', 'UNVERIFIED', 'UNVERIFIED', 'EXPIRED'],
  ]);
  graph.setNow('2026-12-11T12:00:00Z');
  expect(await statusNow('TX')).toBe('UNVERIFIED');
});

test('which term was known at a moment stays what it was, and days between two terms stay a lapse', async () => {
  await graph.owner.license.update({ where: { id: stored.license }, data: { expiresOn: new Date('2026-11-10T00:00:00Z') } });
  expect([await statusNow('TX'), await licensed('TX', '2026-11-20')]).toEqual(['EXPIRED', 'EXPIRED']);
  const lapsed = { startsOn: '2026-11-15', expiresOn: '2028-11-14' };
  expect(await told(ada(graph), 'renewLicense', lapsed)).toMatchObject({ status: 'UNVERIFIED' });
  graph.setNow(LATER);
  expect(await boardSays(ben(graph), { licenseId: id.license, effectiveFrom: '2026-11-15' })).toMatchObject({
    license: { status: 'ACTIVE' },
  });
  expect([await statusNow('TX'), await licensed('TX', '2026-11-20'), await licensed('TX', '2026-11-12')]).toEqual([
    ...['ACTIVE', 'ACTIVE', 'EXPIRED'],
  ]);
  expect(await licensed('TX', '2026-11-20', '2026-12-01T14:59:59Z')).toBe('EXPIRED');
  const facts = `query ($ids: [ID!]!, $id: ID!) {
    licenseStandings(ids: $ids) { expiresOn renewals { formerLastDay startsOn expiresOn recordedAt } }
    practitionerFacts(id: $id) { licenses { state renewals { startsOn } } } }`;
  expect((await graph.service.ask(facts, { ids: [id.license], id: id.director })).data).toEqual({
    licenseStandings: [
      { expiresOn: '2028-11-14', renewals: [{ formerLastDay: '2026-11-10', ...lapsed, recordedAt: '2026-12-01T15:00:00.000Z' }] },
    ],
    practitionerFacts: {
      licenses: [
        { state: 'FL', renewals: [] },
        { state: 'TX', renewals: [{ startsOn: '2026-11-15' }] },
      ],
    },
  });
});

test('a board’s list that has the new last day confirms the term ahead', async () => {
  const runs = await startVerification();
  try {
    await recorded(ada(runs.graph), 'renewLicense', { expiresOn: '2028-05-31' });
    runs.moveTo(LATER);
    for (const _again of [1, 2]) {
      expect((await runs.atBoard({ ...delgado, expires_on: '05/31/2028' }, okafor)).results).toEqual({ CONFIRMED: 2 });
      const rows = await runs.graph.owner.licenseStanding.findMany({
        where: { licenseId: stored.license },
        orderBy: { recordedAt: 'asc' },
      });
      expect(rows.map(({ status, effectiveFrom }) => [status, effectiveFrom.toISOString().slice(0, 10)])).toEqual([
        ['ACTIVE', '2015-05-01'],
        ['UNVERIFIED', '2027-06-01'],
        ['ACTIVE', '2027-06-01'],
      ]);
    }
  } finally {
    await runs.stop();
  }
});

test('a renewal takes no sanction back', async () => {
  expect(await boardSays(ben(graph), { licenseId: id.license, status: 'SUSPENDED' })).toMatchObject({ status: 'SUSPENDED' });
  expect(await told(ada(graph), 'renewLicense')).toMatchObject({ status: 'SUSPENDED', expiresOn: '2029-05-31' });
  expect(await licensed('TX', '2028-01-01')).toBe('SUSPENDED');
});

test('a clock that was set back writes no renewal under what was known', async () => {
  await told(ada(graph), 'renewLicense');
  graph.setNow('2026-11-30T00:00:00Z');
  expect(await told(ada(graph), 'renewLicense', { expiresOn: '2031-05-31' })).toMatchObject({ code: 'CONFLICT' });
});
