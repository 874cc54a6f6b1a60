import { afterEach, beforeEach, expect, test } from 'vitest';
import { clinics, id, NOW, stored, writeAuthority } from './authority.ts';
import { ada, ben, cora, good, paper, recorded, told, type Verb } from './register-verbs.ts';
import { type RunningPhysicians, startPhysicians } from './running-physicians.ts';

let graph: RunningPhysicians;
beforeEach(async () => {
  graph = await startPhysicians(clinics, NOW);
  await writeAuthority(graph.owner);
});
afterEach(() => graph?.stop());

const { practitionerId: _, ...policy } = good.recordInsurancePolicy;

test('every credential is recorded as nobody has confirmed it, and shown to those who manage credentials there', async () => {
  expect(await told(ada(graph), 'recordDeaRegistration')).toMatchObject({ number: 'FD7024615', state: 'OH', status: 'UNVERIFIED' });
  expect(await told(ada(graph), 'recordControlledSubstanceRegistration')).toMatchObject({ number: '336.123456', status: 'UNVERIFIED' });
  expect(await told(ada(graph), 'recordInsurancePolicy')).toEqual({
    ...{ __typename: 'InsurancePolicy', id: expect.stringMatching(/^ins_/), ...policy, status: 'UNVERIFIED', tailUntil: null },
  });
  expect(await told(ada(graph), 'recordBoardCertification')).toMatchObject({ board: 'ABD', status: 'UNVERIFIED', expiresOn: '2028-12-31' });
  const director = { role: 'MEDICAL_DIRECTOR', at: id.austin } as const;
  const document = `query ($id: ID!) { practitioner(id: $id) {
    deaRegistrations { number status } controlledSubstanceRegistrations { number status }
    insurancePolicies { policyNumber effectiveFrom status } boardCertifications { board status }
  } }`;
  expect((await graph.as(director).ask(document, { id: id.director })).data).toEqual({
    practitioner: {
      deaRegistrations: [
        { number: 'BD1234563', status: 'ACTIVE' },
        { number: 'FD7024615', status: 'UNVERIFIED' },
      ],
      controlledSubstanceRegistrations: [{ number: '336.123456', status: 'UNVERIFIED' }],
      insurancePolicies: [
        { policyNumber: 'P-1', effectiveFrom: '2026-01-01', status: 'ACTIVE' },
        { policyNumber: 'P-0', effectiveFrom: '2025-01-01', status: 'EXPIRED' },
        { policyNumber: 'P-1', effectiveFrom: '2027-01-01', status: 'UNVERIFIED' },
      ],
      boardCertifications: [
        { board: 'ABIM', status: 'UNVERIFIED' },
        { board: 'ABD', status: 'UNVERIFIED' },
      ],
    },
  });
});

const verbs: readonly Verb[] = [
  ...(['recordDeaRegistration', 'recordControlledSubstanceRegistration', 'recordInsurancePolicy'] as const),
  ...(['recordBoardCertification', 'recordTraining'] as const),
];
test.each(verbs)('%s: the same thing twice is answered with what is on record', async (verb) => {
  const known = await recorded(ada(graph), verb);
  expect(await told(ben(graph), verb)).toMatchObject({ code: 'DUPLICATE', recordId: known });
});

test('a number of somebody else is a duplicate, and whose it is stays untold', async () => {
  await recorded(ada(graph), 'recordDeaRegistration');
  await recorded(ada(graph), 'recordControlledSubstanceRegistration');
  const elsewhere = { practitionerId: id.stranger };
  for (const verb of ['recordDeaRegistration', 'recordControlledSubstanceRegistration'] as const) {
    expect(await told(cora(graph), verb, elsewhere)).toMatchObject({ code: 'DUPLICATE', recordId: null });
  }
});

test('a group’s policy covers several people under one number, term by term', async () => {
  await graph.join(id.nurse, { role: 'EXAMINER', at: id.austin });
  await recorded(ada(graph), 'recordInsurancePolicy');
  await recorded(ada(graph), 'recordInsurancePolicy', { practitionerId: id.nurse });
  expect(await graph.owner.insurancePolicy.count({ where: { policyNumber: 'P-1' } })).toBe(3);
});

test('a policy whose first day is ahead covers nothing yet, however well confirmed', async () => {
  await graph.owner.insurancePolicy.deleteMany({});
  const subjectId = await recorded(ada(graph), 'recordInsurancePolicy');
  await recorded(ben(graph), 'recordCredentialCheck', { subjectId, source: 'INSURER' });
  const document = 'query ($id: ID!) { practitionerFacts(id: $id) { policies { status effectiveFrom: expiresOn } } }';
  const status = async () => (await graph.service.ask(document, { id: id.director })).data;
  expect(await status()).toMatchObject({ practitionerFacts: { policies: [{ status: 'UPCOMING' }] } });
  graph.setNow('2027-01-01T00:00:00Z');
  expect(await status()).toMatchObject({ practitionerFacts: { policies: [{ status: 'ACTIVE' }] } });
});

test('a cancelled policy covers nothing from then on, keeps its tail, and does not come back', async () => {
  const cancelled = { status: 'CANCELLED', cancelledOn: '2026-11-30', cancellationReason: 'The premium was not paid.' };
  expect(await told(ada(graph), 'cancelInsurancePolicy')).toMatchObject({ ...cancelled, tailUntil: null });
  expect(await told(ada(graph), 'cancelInsurancePolicy')).toMatchObject({ code: 'ILLEGAL_TRANSITION', from: 'CANCELLED' });
  const policyId = await recorded(ada(graph), 'recordInsurancePolicy', { effectiveFrom: '2026-06-01', expiresOn: '2027-05-31' });
  expect(await told(ben(graph), 'cancelInsurancePolicy', { policyId, tailUntil: '2029-11-30' })).toMatchObject({
    ...{ ...cancelled, tailUntil: '2029-11-30' },
  });
  const check = { subjectId: policyId, source: 'INSURER', result: 'CONFIRMED' };
  expect(await told(ben(graph), 'recordCredentialCheck', check)).toMatchObject({ code: 'ILLEGAL_TRANSITION', from: 'CANCELLED' });
});

test('a training is shown until it runs out, and permits nothing', async () => {
  await recorded(ada(graph), 'recordTraining');
  await recorded(ada(graph), 'recordTraining', {
    ...{ kind: 'MATE', issuer: 'AMA', completedOn: '2024-03-01', expiresOn: null, sha256: 'd'.repeat(64) },
  });
  const document = 'query ($id: ID!) { practitioner(id: $id) { trainings { kind status expiresOn } } }';
  graph.setNow('2027-12-11T00:00:00Z');
  expect((await ada(graph).ask(document, { id: id.director })).data).toEqual({
    practitioner: {
      trainings: [
        { kind: 'BLS', status: 'EXPIRED', expiresOn: '2027-12-10' },
        { kind: 'MATE', status: 'CURRENT', expiresOn: null },
      ],
    },
  });
});

test('the last curriculum is shown, and those before stay on record', async () => {
  const first = await told(ada(graph), 'recordCurriculumVitae');
  expect(first).toMatchObject({
    sha256: paper,
    entries: [{ role: 'Resident', place: 'Ohio State', from: '2012-07-01', to: '2015-06-30' }],
  });
  graph.setNow('2026-12-02T09:00:00Z');
  const entries = [...good.recordCurriculumVitae.entries, { role: 'Director', place: 'Austin', from: '2026-01-01' }];
  await recorded(ada(graph), 'recordCurriculumVitae', { sha256: 'd'.repeat(64), entries });
  const document = 'query ($id: ID!) { practitioner(id: $id) { curriculumVitae { sha256 recordedAt entries { role to } } } }';
  expect((await ada(graph).ask(document, { id: id.director })).data).toEqual({
    practitioner: {
      curriculumVitae: {
        ...{ sha256: 'd'.repeat(64), recordedAt: '2026-12-02T09:00:00.000Z' },
        entries: [
          { role: 'Resident', to: '2015-06-30' },
          { role: 'Director', to: null },
        ],
      },
    },
  });
  expect(await graph.owner.curriculumVitae.count({ where: { practitionerId: stored.director } })).toBe(2);
});
