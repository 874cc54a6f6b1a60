import { afterEach, beforeEach, expect, test } from 'vitest';
import { fromId } from '#kernel/ids.ts';
import { clinics, id, NOW, writeAuthority } from './authority.ts';
import { ada, ben, cora, newcomer, recorded, told } from './register-verbs.ts';
import { type RunningPhysicians, startPhysicians } from './running-physicians.ts';

let graph: RunningPhysicians;
beforeEach(async () => {
  graph = await startPhysicians(clinics, NOW);
  await writeAuthority(graph.owner);
});
afterEach(() => graph?.stop());

const license = { state: 'OH', number: '35.777777' };

test('somebody is put on the register with their birthday apart, once for all retries, and it is in the trail', async () => {
  const first = await told(ada(graph), 'registerPractitioner', {}, 'key-1');
  expect(first).toEqual({
    ...{ __typename: 'Practitioner', id: expect.stringMatching(/^prc_/), npi: '1450987650', credential: 'MD' },
    ...{ displayName: 'Noor Haddad, MD', specialties: ['Dermatology'], licenses: [] },
  });
  expect(await told(ada(graph), 'registerPractitioner', {}, 'key-1')).toEqual(first);
  const [row] = await graph.owner.practitioner.findMany({ where: { npi: newcomer.npi }, include: { birth: true } });
  expect(row).toMatchObject({ registeredBy: 'usr_ada', registeredAt: new Date(NOW), birth: { bornOn: new Date('1984-02-29') } });
  expect(row?.independentIn).toEqual([]);
  const trail = await graph.owner.auditEvent.findMany({ where: { kind: 'CHANGE' } });
  expect(trail.map(({ action, subjectId, detail }) => ({ action, subjectId, detail }))).toEqual([
    { action: 'practitioner.registered', subjectId: row?.id, detail: { npi: '1450987650', credential: 'MD' } },
  ]);
});

test('an NPI that is on record is answered with whose it is, whoever asks', async () => {
  const noor = await recorded(ada(graph), 'registerPractitioner');
  for (const who of [ada(graph), cora(graph)]) {
    expect(await told(who, 'registerPractitioner', { givenName: 'Nora' })).toEqual({
      ...{ __typename: 'AlreadyOnRecord', code: 'DUPLICATE', message: 'This NPI is on record already.', recordId: noor },
    });
  }
});

test('of two who register the same person at once one does, and the other is told whom', async () => {
  const answers = await Promise.all([told(ada(graph), 'registerPractitioner'), told(ben(graph), 'registerPractitioner')]);
  const [made, refused] = answers.toSorted((one) => (one['code'] === undefined ? -1 : 1));
  expect(refused).toMatchObject({ code: 'DUPLICATE', recordId: made?.['id'] });
  expect(await graph.owner.practitioner.count({ where: { npi: newcomer.npi } })).toBe(1);
});

test('whoever registered somebody records for them until they belong to a place, for a month, and nobody else does', async () => {
  const noor = await recorded(ada(graph), 'registerPractitioner');
  const change = { practitionerId: noor, ...license };
  for (const who of [ben(graph), cora(graph)]) expect(await told(who, 'recordLicense', change)).toMatchObject({ code: 'NOT_FOUND' });
  expect(await told(ada(graph), 'recordLicense', change)).toMatchObject({ status: 'UNVERIFIED', practitioner: { id: noor } });

  graph.setNow('2026-12-31T15:00:00Z');
  expect(await told(ada(graph), 'recordTraining', { practitionerId: noor })).toMatchObject({ status: 'CURRENT' });
  graph.setNow('2026-12-31T15:00:01Z');
  expect(await told(ada(graph), 'recordTraining', { practitionerId: noor, sha256: 'd'.repeat(64) })).toMatchObject({ code: 'NOT_FOUND' });
});

test('whoever registered somebody says what their licence is, but not that it is good where they recorded it, and for that month alone', async () => {
  const noor = await recorded(ada(graph), 'registerPractitioner');
  const licenseId = await recorded(ada(graph), 'recordLicense', { practitionerId: noor, ...license });
  const document = `mutation ($input: RecordLicenseStandingInput!) { recordLicenseStanding(input: $input) {
    __typename ... on LicenseStanding { status source license { status } } ... on Refusal { code } ... on InvalidInput { issues { path } } } }`;
  const found = { licenseId, status: 'SUSPENDED', effectiveFrom: '2026-11-01', source: 'STATE_BOARD', reference: 'Docket 26-114' };
  const standing = async (who: ReturnType<typeof ada>, change: object = {}) =>
    (await who.ask(document, { input: { ...found, ...change } })).data?.['recordLicenseStanding'];
  for (const who of [ben(graph), cora(graph)]) expect(await standing(who)).toMatchObject({ code: 'NOT_FOUND' });
  const own = { code: 'INVALID_INPUT', issues: [{ path: 'input.status' }] };
  expect(await standing(ada(graph), { status: 'ACTIVE' })).toMatchObject(own);
  expect(await standing(ada(graph))).toEqual({
    ...{ __typename: 'LicenseStanding', status: 'SUSPENDED', source: 'STATE_BOARD', license: { status: 'SUSPENDED' } },
  });
  expect(await standing(ada(graph), { status: 'ACTIVE' })).toMatchObject(own);
  const checks = await graph.owner.credentialCheck.findMany({ where: { licenseId: fromId('license', licenseId) } });
  expect(checks.map(({ source, result }) => ({ source, result }))).toEqual([{ source: 'STATE_BOARD', result: 'DISCIPLINE' }]);

  graph.setNow('2026-12-31T15:00:01Z');
  expect(await standing(ada(graph), { status: 'REVOKED' })).toMatchObject({ code: 'NOT_FOUND' });
  graph.setNow('2026-12-20T15:00:00Z');
  await graph.join(noor, { role: 'PRESCRIBER', at: id.denver });
  expect(await standing(ada(graph), { status: 'REVOKED' })).toMatchObject({ code: 'NOT_FOUND' });
  expect(await standing(cora(graph), { status: 'ACTIVE' })).toMatchObject({ status: 'ACTIVE', license: { status: 'ACTIVE' } });
});

test('once they belong to a place its officers record for them, and whoever registered them no longer does', async () => {
  const noor = await recorded(ada(graph), 'registerPractitioner');
  await graph.join(noor, { role: 'PRESCRIBER', at: id.denver });
  expect(await told(ada(graph), 'recordLicense', { practitionerId: noor, ...license })).toMatchObject({ code: 'NOT_FOUND' });
  expect(await told(cora(graph), 'recordLicense', { practitionerId: noor, ...license })).toMatchObject({ status: 'UNVERIFIED' });
});

test('what was recorded of a newcomer is seen by whoever keeps it, and by nobody else', async () => {
  const noor = await recorded(ada(graph), 'registerPractitioner');
  await recorded(ada(graph), 'recordDeaRegistration', { practitionerId: noor, number: 'FH9876547' });
  const document = `query ($id: ID!) { practitioner(id: $id) {
    deaRegistrations { number status } insurancePolicies { id } boardCertifications { id } trainings { id } curriculumVitae { id }
    controlledSubstanceRegistrations { id } credentialChecks { id } exclusion { status }
  } }`;
  const nothing = {
    ...{ deaRegistrations: [], insurancePolicies: [], boardCertifications: [], trainings: [], curriculumVitae: null },
    ...{ controlledSubstanceRegistrations: [], credentialChecks: [], exclusion: null },
  };
  expect(await ada(graph).ask(document, { id: noor })).toEqual({
    data: {
      practitioner: {
        ...nothing,
        ...{ deaRegistrations: [{ number: 'FH9876547', status: 'UNVERIFIED' }], exclusion: { status: 'UNKNOWN' } },
      },
    },
  });
  for (const who of [ben(graph), cora(graph)]) expect(await who.ask(document, { id: noor })).toEqual({ data: { practitioner: nothing } });
});
