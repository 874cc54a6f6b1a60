import { afterEach, beforeEach, expect, test } from 'vitest';
import { toId } from '#kernel/ids.ts';
import { clinics, id, NOW, stored, writeAuthority } from './authority.ts';
import { type Answer, type RunningPhysicians, startPhysicians } from './running-physicians.ts';

let graph: RunningPhysicians;
beforeEach(async () => {
  graph = await startPhysicians(clinics, NOW);
  await writeAuthority(graph.owner);
});
afterEach(() => graph?.stop());

const officer = { role: 'COMPLIANCE_OFFICER', at: toId('entity', stored.entity) } as const;
const frontDesk = { role: 'FRONT_DESK', at: id.austin } as const;

const record = `mutation ($input: RecordLicenseStandingInput!) { recordLicenseStanding(input: $input) {
  __typename
  ... on LicenseStanding { status effectiveFrom effectiveTo recordedAt source reference note license { id status verifiedAt } }
  ... on Refusal { code }
  ... on InvalidInput { issues { path message } }
} }`;
const licensed = `query ($id: ID!, $on: Date!, $at: DateTime, $state: UsState = TX) { practitioner(id: $id) {
  licensed(state: $state, on: $on, asKnownAt: $at) { state on asKnownAt standing licensed license { id } standings { status recordedAt } }
} }`;

const revoked = {
  ...{ licenseId: id.license, status: 'REVOKED', effectiveFrom: '2026-03-01' },
  ...{ source: 'STATE_BOARD', reference: 'https://board.example/orders/26-114', note: 'Order of 20 November.' },
};
const answerOf = ({ data }: Answer) => data?.['recordLicenseStanding'] as Record<string, unknown>;
const report = async (input: object, grant: Parameters<RunningPhysicians['as']>[0] = officer, idempotencyKey?: string) =>
  answerOf(await graph.steppedUp(grant).ask(record, { input }, idempotencyKey === undefined ? {} : { idempotencyKey }));
const known = { status: 'ACTIVE', recordedAt: '2015-06-01T10:00:00.000Z' };
const asked = { state: 'TX', on: '2026-03-03', license: { id: id.license } };
const ask = async (on: string, at?: string) => (await graph.as(frontDesk).ask(licensed, { id: id.director, on, at })).data;

test('a revocation recorded today changes what is known of 3 March, and not what was known on 3 March', async () => {
  expect(await report(revoked)).toEqual({
    ...{ __typename: 'LicenseStanding', status: 'REVOKED', effectiveFrom: '2026-03-01', effectiveTo: null },
    ...{ recordedAt: '2026-12-01T15:00:00.000Z', source: 'STATE_BOARD', reference: revoked.reference, note: revoked.note },
    license: { id: id.license, status: 'REVOKED', verifiedAt: '2026-12-01T15:00:00.000Z' },
  });
  const then = { ...asked, asKnownAt: '2026-03-03T12:00:00.000Z', standing: 'ACTIVE', licensed: true, standings: [known] };
  expect(await ask('2026-03-03', '2026-03-03T12:00:00Z')).toEqual({ practitioner: { licensed: then } });
  const today = {
    ...{ ...asked, asKnownAt: '2026-12-01T15:00:00.000Z', standing: 'REVOKED', licensed: false },
    standings: [known, { status: 'REVOKED', recordedAt: '2026-12-01T15:00:00.000Z' }],
  };
  expect(await ask('2026-03-03')).toEqual({ practitioner: { licensed: today } });
  expect(await ask('2026-03-03', '2031-01-01T00:00:00Z')).toEqual({ practitioner: { licensed: today } });
  expect(await ask('2026-02-28')).toMatchObject({ practitioner: { licensed: { standing: 'ACTIVE', licensed: true } } });
});

test('several days, moments and states are asked at once', async () => {
  await report(revoked);
  const document = `query ($id: ID!) { practitioner(id: $id) {
    before: licensed(state: TX, on: "2026-03-03", asKnownAt: "2026-03-03T12:00:00Z") { standing }
    now: licensed(state: TX, on: "2026-03-03") { standing }
    florida: licensed(state: FL, on: "2026-03-03") { standing }
    ohio: licensed(state: OH, on: "2026-03-03") { standing licensed license { id } standings { status } }
    licenses { state standings { status } }
  } }`;
  expect((await graph.as(frontDesk).ask(document, { id: id.director })).data).toEqual({
    practitioner: {
      ...{ before: { standing: 'ACTIVE' }, now: { standing: 'REVOKED' }, florida: { standing: 'ACTIVE' } },
      ohio: { standing: null, licensed: null, license: null, standings: [] },
      licenses: [
        { state: 'FL', standings: [{ status: 'ACTIVE' }] },
        { state: 'TX', standings: [{ status: 'ACTIVE' }, { status: 'REVOKED' }] },
      ],
    },
  });
});

test('the gates of the other subgraphs learn of it at once, with the history', async () => {
  await report(revoked);
  const document = `query ($ids: [ID!]!, $id: ID!) {
    practitionerFacts(id: $id) { licenses { id status } }
    licenseStandings(ids: $ids) { id practitionerId state number type issuedOn expiresOn standings { status effectiveFrom effectiveTo recordedAt } }
    onADay: licenseStandings(ids: $ids, on: "2026-02-28") { standings { status } }
  }`;
  const answer = await graph.service.ask(document, { ids: [id.noLicense, id.license, 'no id'], id: id.director });
  expect(answer).toEqual({
    data: {
      practitionerFacts: {
        licenses: [
          { id: id.staleLicense, status: 'STALE' },
          { id: id.license, status: 'REVOKED' },
        ],
      },
      licenseStandings: [
        {
          ...{ id: id.license, practitionerId: id.director, state: 'TX', number: 'Q1234', type: 'PHYSICIAN' },
          ...{ issuedOn: '2015-05-01', expiresOn: '2027-05-31' },
          standings: [
            { ...known, effectiveFrom: '2015-05-01', effectiveTo: null },
            { status: 'REVOKED', effectiveFrom: '2026-03-01', effectiveTo: null, recordedAt: '2026-12-01T15:00:00.000Z' },
          ],
        },
      ],
      onADay: [{ standings: [{ status: 'ACTIVE' }] }],
    },
  });
  const refused = await graph.as(officer).ask('query ($ids: [ID!]!) { licenseStandings(ids: $ids) { id } }', { ids: [id.license] });
  expect(refused.errors?.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
});

test('the look at the source and the change are on record, once for all retries of one request', async () => {
  const first = await report(revoked, officer, 'key-1');
  expect(await report(revoked, officer, 'key-1')).toEqual(first);
  expect(await report({ ...revoked, status: 'SUSPENDED' }, officer, 'key-1')).toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
  expect(await graph.owner.licenseStanding.count({ where: { licenseId: stored.license } })).toBe(2);
  const checks = await graph.owner.credentialCheck.findMany({ where: { licenseId: stored.license }, orderBy: { at: 'desc' } });
  expect(checks.map(({ source, result, note }) => [source, result, note])).toEqual([
    ['STATE_BOARD', 'DISCIPLINE', 'Order of 20 November.'],
    ['STATE_BOARD', 'CONFIRMED', null],
  ]);
  const trail = await graph.owner.auditEvent.findMany({ where: { kind: 'CHANGE' } });
  expect(
    trail.map(({ action, tenantId, subjectKind, subjectId, detail }) => ({ action, tenantId, subjectKind, subjectId, detail })),
  ).toEqual(
    // Each clinic where she works, or did until lately, is told.
    [stored.austin, stored.miami].map((tenantId) => ({
      ...{ action: 'license.standing-recorded', tenantId, subjectKind: 'license', subjectId: stored.license },
      detail: {
        ...{ standingId: expect.any(String), was: 'ACTIVE', status: 'REVOKED', source: 'STATE_BOARD' },
        ...{ effectiveFrom: '2026-03-01', effectiveTo: null, at: stored.austin },
      },
    })),
  );
});

test('what was only heard of is recorded as such, and blocks all the same', async () => {
  const { source, reference, note, ...heard } = revoked;
  expect(await report({ ...heard, status: 'UNVERIFIED' })).toMatchObject({
    ...{ status: 'UNVERIFIED', source: null, reference: null, note: null },
    license: { status: 'UNVERIFIED', verifiedAt: '2026-11-20T10:00:00.000Z' },
  });
  expect(await graph.owner.credentialCheck.count({ where: { licenseId: stored.license } })).toBe(1);
});

test('what is recorded of days gone by leaves today as it is', async () => {
  expect(await report({ ...revoked, status: 'RESTRICTED', effectiveTo: '2026-03-31' })).toMatchObject({
    license: { status: 'ACTIVE', verifiedAt: '2026-11-20T10:00:00.000Z' },
  });
  expect(await ask('2026-03-31')).toMatchObject({ practitioner: { licensed: { standing: 'RESTRICTED', licensed: false } } });
  expect(await ask('2026-04-01')).toMatchObject({ practitioner: { licensed: { standing: 'ACTIVE', licensed: true } } });
});

test('what is recorded ahead begins on its day without anybody doing anything', async () => {
  expect(await report({ ...revoked, effectiveFrom: '2026-12-10' })).toMatchObject({ license: { status: 'ACTIVE' } });
  graph.setNow('2026-12-10T00:00:00Z');
  const answer = await graph.service.ask('query ($id: ID!) { practitionerFacts(id: $id) { licenses { state status } } }', {
    id: id.director,
  });
  expect(answer.data).toEqual({
    practitionerFacts: {
      licenses: [
        { state: 'FL', status: 'STALE' },
        { state: 'TX', status: 'REVOKED' },
      ],
    },
  });
});

const lifted = { licenseId: id.license, status: 'ACTIVE', effectiveFrom: '2026-12-01', source: 'STATE_BOARD', reference: 'Docket 26-201' };

test('a sanction is lifted on the board’s word with a reference, and on nothing less', async () => {
  await report(revoked);
  graph.setNow('2026-12-05T09:00:00Z');
  const { reference, ...unreferenced } = lifted;
  expect(await report(unreferenced)).toMatchObject({ code: 'INVALID_INPUT', issues: [{ path: 'input.reference' }] });
  expect(await report({ ...lifted, source: 'NPDB' })).toMatchObject({ code: 'INVALID_INPUT', issues: [{ path: 'input.source' }] });
  expect(await report({ ...lifted, status: 'EXPIRED', source: null })).toMatchObject({
    ...{ code: 'INVALID_INPUT', issues: [{ path: 'input.source' }] },
  });
  expect(await report(lifted)).toMatchObject({ license: { status: 'ACTIVE', verifiedAt: '2026-12-05T09:00:00.000Z' } });
  expect(await ask('2026-12-02')).toMatchObject({ practitioner: { licensed: { standing: 'ACTIVE' } } });
  expect(await ask('2026-11-30')).toMatchObject({ practitioner: { licensed: { standing: 'REVOKED' } } });
  expect(await ask('2026-12-02', '2026-12-04T00:00:00Z')).toMatchObject({ practitioner: { licensed: { standing: 'REVOKED' } } });
});

test('a clock that was set back writes nothing under what was known', async () => {
  await report(revoked);
  graph.setNow('2026-11-30T00:00:00Z');
  expect(await report({ ...revoked, effectiveFrom: '2026-02-01' })).toMatchObject({ code: 'CONFLICT' });
});

test.each([
  ['is still a draft', { status: 'DRAFT' }],
  ['has ended', { status: 'ENDED' }],
  ['is past its last day', { endsOn: new Date('2026-11-30T00:00:00Z') }],
])('an engagement that %s opens no licence', async (_what, data) => {
  await graph.owner.engagement.update({ where: { id: stored.engagement }, data });
  expect(await report(revoked)).toMatchObject({ code: 'NOT_FOUND' });
});

test('who works at a clinic or at the whole entity is within reach of its compliance officers', async () => {
  const ofNurse = { ...revoked, licenseId: id.nurseLicense };
  const ofClinic = { role: 'COMPLIANCE_OFFICER', at: id.austin } as const;
  expect(await report(ofNurse)).toMatchObject({ code: 'NOT_FOUND' });
  await graph.join(id.nurse, { role: 'EXAMINER', at: id.miami });
  expect(await report(ofNurse)).toMatchObject({ code: 'NOT_FOUND' });
  await graph.join(id.nurse, { role: 'EXAMINER', at: id.austin });
  expect(await report(ofNurse)).toMatchObject({ status: 'REVOKED' });
  graph.setNow('2026-12-01T16:00:00Z');
  expect(await report(ofNurse, ofClinic)).toMatchObject({ status: 'REVOKED' });
});

test('who works at the whole entity is within reach of a compliance officer of one of its clinics', async () => {
  await graph.join(id.nurse, { role: 'EXAMINER', at: officer.at });
  const ofNurse = { ...revoked, licenseId: id.nurseLicense };
  expect(await report(ofNurse, { role: 'COMPLIANCE_OFFICER', at: id.miami })).toMatchObject({ code: 'NOT_FOUND' });
  expect(await report(ofNurse, { role: 'COMPLIANCE_OFFICER', at: id.austin })).toMatchObject({ status: 'REVOKED' });
});
