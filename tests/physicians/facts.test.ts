import { afterAll, beforeAll, expect, test } from 'vitest';
import { sentBy } from '../support/statements.ts';
import { clinics, digest, id, NOW, writeAuthority } from './authority.ts';
import { type RunningPhysicians, startPhysicians } from './running-physicians.ts';

let graph: RunningPhysicians;
beforeAll(async () => {
  graph = await startPhysicians(clinics, NOW);
  await writeAuthority(graph.owner);
});
afterAll(() => graph?.stop());

const facts = `fragment Facts on PractitionerFacts {
  id npi displayName credential independentIn
  licenses { id state number type status verifiedAt expiresOn }
  deaRegistrations { id number state schedules status expiresOn }
  policies { id kind status coversCompounding expiresOn }
  agreements { id state supervisorId supervisorName supervisorNpi status startsOn endsOn supervisorLicenses { state status } }
}`;
const one = `query ($id: ID!) { practitionerFacts(id: $id) { ...Facts } } ${facts}`;
const several = `query ($ids: [ID!]!) { practitionersFacts(ids: $ids) { id displayName } }`;
const oversight = `query ($clinicIds: [ID!]!) { oversight(clinicIds: $clinicIds) {
  clinicId
  engagements { id role model status startsOn endsOn practitioner { ...Facts } }
  protocols { id service version status effectiveFrom expiresOn }
} } ${facts}`;
const protocol = `query ($id: ID!) { protocolFacts(id: $id) { id clinicIds service version title status effectiveFrom expiresOn digest } }`;

const license = (key: string, state: string, number: string, type: string) => ({
  ...{ id: key, state, number, type, status: 'ACTIVE', verifiedAt: '2026-11-20T10:00:00.000Z', expiresOn: '2027-05-31' },
});
const rosa = {
  ...{ id: id.director, npi: '1234567893', displayName: 'Rosa Delgado, MD', credential: 'MD', independentIn: [], agreements: [] },
  licenses: [
    { ...license(id.staleLicense, 'FL', 'ME9876', 'PHYSICIAN'), status: 'STALE', verifiedAt: '2026-10-31T10:00:00.000Z' },
    license(id.license, 'TX', 'Q1234', 'PHYSICIAN'),
  ],
  deaRegistrations: [{ id: id.dea, number: 'BD1234563', state: 'TX', schedules: ['III', 'IV'], status: 'ACTIVE', expiresOn: '2028-01-31' }],
  policies: [
    { id: id.policy, kind: 'PROFESSIONAL', status: 'ACTIVE', coversCompounding: true, expiresOn: '2026-12-31' },
    { id: id.lapsedPolicy, kind: 'PROFESSIONAL', status: 'EXPIRED', coversCompounding: true, expiresOn: '2025-12-31' },
  ],
};

test('a gate learns of a nurse practitioner, and of the physician she works under', async () => {
  expect(await graph.service.ask(one, { id: id.nurse })).toEqual({
    data: {
      practitionerFacts: {
        ...{ id: id.nurse, npi: '1245319599', displayName: 'Ida Okafor, NP', credential: 'NP', independentIn: ['FL'] },
        licenses: [license(id.nurseLicense, 'TX', 'AP555', 'NURSE_PRACTITIONER')],
        ...{ deaRegistrations: [], policies: [] },
        agreements: [
          {
            ...{ id: id.agreement, state: 'TX', status: 'ACTIVE', startsOn: '2026-01-01', endsOn: null },
            ...{ supervisorId: id.director, supervisorName: 'Rosa Delgado, MD', supervisorNpi: '1234567893' },
            supervisorLicenses: [
              { state: 'FL', status: 'STALE' },
              { state: 'TX', status: 'ACTIVE' },
            ],
          },
        ],
      },
    },
  });
});

test.each([
  ['of nobody', id.noPractitioner],
  ['of another kind', id.austin],
])('an id %s is null', async (_kind, unknown) => {
  expect(await graph.service.ask(one, { id: unknown })).toEqual({ data: { practitionerFacts: null } });
});

test('several come in the order asked for, without those that do not exist', async () => {
  const ids = [id.stranger, id.noPractitioner, id.director];
  expect(await graph.service.ask(several, { ids })).toEqual({
    data: {
      practitionersFacts: [
        { id: id.stranger, displayName: 'Lee Marsh, DO' },
        { id: id.director, displayName: 'Rosa Delgado, MD' },
      ],
    },
  });
});

const austin = {
  clinicId: id.austin,
  engagements: [
    {
      ...{ id: id.engagement, role: 'MEDICAL_DIRECTOR', model: 'FRACTIONAL', status: 'ACTIVE', startsOn: '2026-01-01', endsOn: null },
      practitioner: rosa,
    },
  ],
  protocols: [
    // Version 3 takes over the day after, as version 2 did from version 1.
    { id: id.inForce, service: 'weight-loss', version: '2', status: 'ACTIVE', effectiveFrom: '2026-06-01', expiresOn: '2026-12-01' },
    { id: id.expired, service: 'weight-loss', version: '1', status: 'RETIRED', effectiveFrom: '2025-06-01', expiresOn: '2026-05-31' },
    { id: id.notYet, service: 'weight-loss', version: '3', status: 'ACTIVE', effectiveFrom: '2026-12-02', expiresOn: '2027-05-31' },
    {
      id: id.unsigned,
      service: 'weight-loss',
      version: '4',
      status: 'AWAITING_SIGNATURES',
      effectiveFrom: '2026-06-01',
      expiresOn: '2027-05-31',
    },
  ],
};

test('the oversight of clinics comes in one answer, a clinic without any with empty lists', async () => {
  expect(await graph.service.ask(oversight, { clinicIds: [id.noClinic, id.austin] })).toEqual({
    data: { oversight: [{ clinicId: id.noClinic, engagements: [], protocols: [] }, austin] },
  });
});

test('the oversight of many clinics takes four statements', async () => {
  const statements = await sentBy(() => graph.service.ask(oversight, { clinicIds: [id.austin, id.miami, id.denver] }));
  expect(statements.filter((text) => /"physicians"\.|from protocol_version/.test(text))).toHaveLength(4);
});

test('a gate learns of a protocol without what it says', async () => {
  expect(await graph.service.ask(protocol, { id: id.inForce })).toEqual({
    data: {
      protocolFacts: {
        ...{ id: id.inForce, clinicIds: [id.austin, id.miami], service: 'weight-loss', version: '2', title: 'GLP-1 weight loss' },
        ...{ status: 'ACTIVE', effectiveFrom: '2026-06-01', expiresOn: '2026-12-01', digest },
      },
    },
  });
  expect(await graph.service.ask(protocol, { id: id.nurse })).toEqual({ data: { protocolFacts: null } });
});

test.each([
  ['practitionerFacts', one, { id: id.director }],
  ['practitionersFacts', several, { ids: [id.director] }],
  ['oversight', oversight, { clinicIds: [id.austin] }],
  ['protocolFacts', protocol, { id: id.inForce }],
])('%s is for the other subgraphs only', async (_field, document, variables) => {
  const answer = await graph.as({ role: 'MEDICAL_DIRECTOR', at: id.austin }).ask(document, variables);
  expect(answer.errors?.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
});
