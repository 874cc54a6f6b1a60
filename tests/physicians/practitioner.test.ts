import { afterAll, beforeAll, expect, test } from 'vitest';
import { clinics, id, NOW, writeAuthority } from './authority.ts';
import { type RunningPhysicians, startPhysicians } from './running-physicians.ts';

let graph: RunningPhysicians;
beforeAll(async () => {
  graph = await startPhysicians(clinics, NOW);
  await writeAuthority(graph.owner);
});
afterAll(() => graph?.stop());

const frontDesk = { role: 'FRONT_DESK', at: id.austin } as const;
const director = { role: 'MEDICAL_DIRECTOR', at: id.austin } as const;

const register = `query ($id: ID!) { practitioner(id: $id) {
  id npi displayName credential specialties independentIn
  licenses { id state number type status verifiedAt issuedOn expiresOn practitioner { displayName } }
} }`;

const credentials = `query ($id: ID!) { practitioner(id: $id) {
  displayName
  deaRegistrations { id number state schedules status expiresOn }
  insurancePolicies { id kind carrier status perClaimLimit aggregateLimit coversCompounding expiresOn }
  boardCertifications { board specialty certifiedOn expiresOn }
  credentialChecks { source at result note license { number } }
  agreements { id }
} }`;

test('every colleague may look up a practitioner and the licences', async () => {
  expect(await graph.as(frontDesk).ask(register, { id: id.director })).toEqual({
    data: {
      practitioner: {
        ...{ id: id.director, npi: '1234567893', displayName: 'Rosa Delgado, MD', credential: 'MD' },
        ...{ specialties: ['Internal medicine'], independentIn: [] },
        licenses: [
          {
            ...{ id: id.staleLicense, state: 'FL', number: 'ME9876', type: 'PHYSICIAN', status: 'STALE' },
            ...{ verifiedAt: '2026-10-31T10:00:00.000Z', issuedOn: '2015-05-01', expiresOn: '2027-05-31' },
            practitioner: { displayName: 'Rosa Delgado, MD' },
          },
          {
            ...{ id: id.license, state: 'TX', number: 'Q1234', type: 'PHYSICIAN', status: 'ACTIVE' },
            ...{ verifiedAt: '2026-11-20T10:00:00.000Z', issuedOn: '2015-05-01', expiresOn: '2027-05-31' },
            practitioner: { displayName: 'Rosa Delgado, MD' },
          },
        ],
      },
    },
  });
});

test.each([
  ['of nobody', id.noPractitioner],
  ['of another kind', id.engagement],
  ['that is no id', 'Rosa'],
])('an id %s is not found', async (_kind, unknown) => {
  const answer = await graph.as(frontDesk).ask(register, { id: unknown });
  expect(answer.data).toEqual({ practitioner: null });
  expect(answer.errors?.map(({ extensions }) => extensions.code)).toEqual(['NOT_FOUND']);
});

test('a patient may not look practitioners up', async () => {
  const answer = await graph.as({ role: 'PATIENT', at: id.austin }).ask(register, { id: id.director });
  expect(answer.data).toEqual({ practitioner: null });
  expect(answer.errors?.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
});

test('whoever manages credentials at a clinic reads those of the people engaged there', async () => {
  expect(await graph.as(director).ask(credentials, { id: id.director })).toEqual({
    data: {
      practitioner: {
        displayName: 'Rosa Delgado, MD',
        deaRegistrations: [
          { id: id.dea, number: 'BD1234563', state: 'TX', schedules: ['III', 'IV'], status: 'ACTIVE', expiresOn: '2028-01-31' },
        ],
        insurancePolicies: [
          {
            ...{ id: id.policy, kind: 'PROFESSIONAL', carrier: 'Lone Star Mutual', status: 'ACTIVE', perClaimLimit: 1_000_000 },
            ...{ aggregateLimit: 3_000_000, coversCompounding: true, expiresOn: '2026-12-31' },
          },
          {
            ...{ id: id.lapsedPolicy, kind: 'PROFESSIONAL', carrier: 'Lone Star Mutual', status: 'EXPIRED', perClaimLimit: 1_000_000 },
            ...{ aggregateLimit: 3_000_000, coversCompounding: true, expiresOn: '2025-12-31' },
          },
        ],
        boardCertifications: [{ board: 'ABIM', specialty: 'Internal medicine', certifiedOn: '2016-01-01', expiresOn: null }],
        credentialChecks: [
          { source: 'STATE_BOARD', at: '2026-11-20T10:00:00.000Z', result: 'CONFIRMED', note: null, license: { number: 'Q1234' } },
        ],
        agreements: [],
      },
    },
  });
});

test('an agreement is read from the side of the nurse practitioner too', async () => {
  const document = `query ($id: ID!) { practitioner(id: $id) { agreements { id state status startsOn endsOn supervisor { displayName } } } }`;
  expect(await graph.as(director).ask(document, { id: id.nurse })).toEqual({
    data: {
      practitioner: {
        agreements: [
          {
            id: id.agreement,
            state: 'TX',
            status: 'ACTIVE',
            startsOn: '2026-01-01',
            endsOn: null,
            supervisor: { displayName: 'Rosa Delgado, MD' },
          },
        ],
      },
    },
  });
});

test('the credentials of people engaged elsewhere are not shown', async () => {
  const answer = await graph.as({ role: 'MEDICAL_DIRECTOR', at: id.denver }).ask(credentials, { id: id.director });
  expect(answer).toEqual({
    data: {
      practitioner: {
        displayName: 'Rosa Delgado, MD',
        ...{ deaRegistrations: [], insurancePolicies: [], boardCertifications: [], credentialChecks: [], agreements: [] },
      },
    },
  });
});

test.each([
  ['the front desk', frontDesk],
  ['an MSO manager', { role: 'MSO_MANAGER', at: id.mso } as const],
  ['a prescriber', { role: 'PRESCRIBER', at: id.austin } as const],
])('%s gets the name and none of the credentials', async (_who, grant) => {
  const answer = await graph.as(grant).ask(credentials, { id: id.director });
  expect(answer.data).toEqual({
    practitioner: {
      displayName: 'Rosa Delgado, MD',
      ...{ deaRegistrations: null, insurancePolicies: null, boardCertifications: null, credentialChecks: null, agreements: null },
    },
  });
  expect(answer.errors?.map(({ extensions }) => extensions.code)).toEqual(Array(5).fill('FORBIDDEN'));
});

const byKey = `query ($representations: [_Any!]!) { _entities(representations: $representations) {
  __typename
  ... on Practitioner { id displayName licenses { status } }
  ... on License { id status }
  ... on DeaRegistration { id number }
  ... on InsurancePolicy { id policyStatus: status }
} }`;

test('other subgraphs reach practitioners and credentials by key', async () => {
  const representations = [
    { __typename: 'Practitioner', id: id.nurse },
    { __typename: 'License', id: id.staleLicense },
    { __typename: 'DeaRegistration', id: id.dea },
    { __typename: 'InsurancePolicy', id: id.lapsedPolicy },
    { __typename: 'License', id: id.noLicense },
  ];
  expect(await graph.as(director).ask(byKey, { representations })).toEqual({
    data: {
      _entities: [
        { __typename: 'Practitioner', id: id.nurse, displayName: 'Ida Okafor, NP', licenses: [{ status: 'ACTIVE' }] },
        { __typename: 'License', id: id.staleLicense, status: 'STALE' },
        { __typename: 'DeaRegistration', id: id.dea, number: 'BD1234563' },
        { __typename: 'InsurancePolicy', id: id.lapsedPolicy, policyStatus: 'EXPIRED' },
        null,
      ],
    },
  });
});

test('a DEA registration is not reached by key from a clinic that does not engage its holder', async () => {
  const representations = [{ __typename: 'DeaRegistration', id: id.dea }];
  const answer = await graph.as({ role: 'MEDICAL_DIRECTOR', at: id.denver }).ask(byKey, { representations });
  expect(answer).toEqual({ data: { _entities: [null] } });
});
