import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { toId } from '#kernel/ids.ts';
import { uuidOf } from '#prisma/seed/invent.ts';
import { practitionerId } from '#prisma/seed/people.ts';
import { personas, placeTypeId } from '#prisma/seed/personas.ts';
import { placeId } from '#prisma/seed/places.ts';
import { testGraph, type TestGraph } from '../support/graph.ts';
import { clinicVerb, dallas } from './clinic-verbs.ts';

let graph: TestGraph;
beforeAll(async () => {
  graph = await testGraph();
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const expirables = `query Expirables($msoId: ID!, $withinDays: Int!, $first: Int = 100) { mso(id: $msoId) {
  expirables(withinDays: $withinDays, first: $first) { nodes { kind subject { __typename } label expiresOn daysLeft blocks } pageInfo { hasNextPage } }
} }`;

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

async function seen(withinDays: number) {
  return (await (await graph.as('mso-manager')).get(expirables, { msoId: placeTypeId('mso-a'), withinDays })).mso.expirables;
}

test('a manager sees what ends soon at all clinics, from all sides, soonest first', async () => {
  expect(await seen(60)).toEqual({
    nodes: [
      {
        kind: 'LICENSE',
        subject: { __typename: 'License' },
        label: 'Desmond Farrow, PA, TX licence PA07715',
        ...{ expiresOn: inDays(28), daysLeft: 28 },
        blocks: ['Exams and orders by Desmond Farrow, PA in TX'],
      },
      {
        kind: 'PHARMACY_LICENSE',
        subject: { __typename: 'PharmacyLicense' },
        label: 'Manzanita Apothecary, TX non-resident pharmacy licence',
        ...{ expiresOn: inDays(38), daysLeft: 38 },
        blocks: ['Orders filled by Manzanita Apothecary for TX'],
      },
      {
        kind: 'PHARMACY_LICENSE',
        subject: { __typename: 'PharmacyLicense' },
        label: 'Manzanita Apothecary, TX sterile compounding permit',
        ...{ expiresOn: inDays(38), daysLeft: 38 },
        blocks: ['Sterile orders filled by Manzanita Apothecary for TX'],
      },
      {
        kind: 'CLIA_WAIVER',
        subject: { __typename: 'FacilityLicense' },
        label: 'CLIA waiver of Bluebonnet Austin',
        ...{ expiresOn: inDays(40), daysLeft: 40 },
        blocks: ['Every service at Bluebonnet Austin'],
      },
      {
        kind: 'MANAGEMENT_AGREEMENT',
        subject: { __typename: 'ManagementAgreement' },
        label: 'Management agreement with Saguaro Skin and Wellness PC',
        ...{ expiresOn: inDays(45), daysLeft: 45 },
        blocks: ['Management of the clinics of Saguaro Skin and Wellness PC'],
      },
      {
        kind: 'PROTOCOL',
        subject: { __typename: 'ProtocolVersion' },
        label: 'Protocol for iv-therapy, version 2026.1',
        ...{ expiresOn: inDays(50), daysLeft: 50 },
        blocks: ['iv-therapy at Bluebonnet Austin', 'iv-therapy at Bluebonnet Miami', 'iv-therapy at Bluebonnet San Diego'],
      },
      {
        kind: 'ENGAGEMENT',
        subject: { __typename: 'Engagement' },
        label: 'Theodore Ashgrove, MD, medical director of Bluebonnet Miami',
        ...{ expiresOn: inDays(55), daysLeft: 55 },
        blocks: ['Every service at Bluebonnet Miami'],
      },
    ],
    pageInfo: { hasNextPage: false },
  });
  expect((await seen(45)).nodes).toHaveLength(5);
});

test('it comes page by page', async () => {
  const { mso } = await (await graph.as('mso-manager')).get(expirables, { msoId: placeTypeId('mso-a'), withinDays: 60, first: 1 });
  expect(mso.expirables).toMatchObject({ nodes: [{ kind: 'LICENSE' }], pageInfo: { hasNextPage: true } });
});

test('the subject opens the record behind it, here or at a neighbour', async () => {
  const { mso } = await (await graph.as('mso-manager')).get(
    `query ($msoId: ID!) { mso(id: $msoId) { expirables(withinDays: 60) { nodes { subject {
      ... on License { state }
      ... on FacilityLicense { number clinic { name } }
      ... on ManagementAgreement { startsOn endsOn entity { name } }
      ... on Engagement { model practitioner { displayName } }
    } } } } }`,
    { msoId: placeTypeId('mso-a') },
  );
  expect(mso.expirables.nodes.map(({ subject }: { subject: unknown }) => subject)).toEqual([
    ...[{ state: 'TX' }, {}, {}],
    { number: expect.stringMatching(/^TX-\d+$/), clinic: { name: 'Bluebonnet Austin' } },
    { startsOn: expect.any(String), endsOn: inDays(45), entity: { name: 'Saguaro Skin and Wellness PC' } },
    {},
    { model: 'FRACTIONAL', practitioner: { displayName: 'Theodore Ashgrove, MD' } },
  ]);
});

test('what has lapsed is not forgotten', async () => {
  await graph.sql(`update physicians.insurance_policy set expires_on = current_date - 3 where id = $1`, [uuidOf('policy:director')]);
  const [first] = (await seen(0)).nodes;
  expect(first).toMatchObject({ kind: 'INSURANCE_POLICY', daysLeft: -3, label: 'Theodore Ashgrove, MD, professional liability insurance' });
  expect(first.blocks).toEqual([
    'Exams and orders by Theodore Ashgrove, MD',
    // Not in Arizona, whose rules nobody attested: what is closed anyway is closed by nothing else.
    ...['Bluebonnet Austin', 'Bluebonnet Miami', 'Bluebonnet San Diego'].map((name) => `Every service at ${name}`),
  ]);
  // Closed by it already, they are closed by nothing else.
  const others = await nodesAt('compliance', { at: austin });
  const closesAustin = ({ stops }: { stops: { clinicId: string | null; practitionerId: string | null }[] }) =>
    stops.some(({ clinicId, practitionerId: whose }) => clinicId === austin && whose === null);
  expect(others.filter(closesAustin).map(({ kind }: { kind: string }) => kind)).toEqual(['INSURANCE_POLICY']);
  await graph.sql(`update physicians.insurance_policy set expires_on = current_date + 300 where id = $1`, [uuidOf('policy:director')]);
});

test('half a list would look like good news: without physicians there is none', async () => {
  const dead = vi.spyOn(graph.running.physicians, 'execute').mockRejectedValue(new Error('down'));
  const { data, errors } = await (await graph.as('mso-manager')).ask(expirables, { msoId: placeTypeId('mso-a'), withinDays: 60 });
  expect(data).toEqual({ mso: { expirables: null } });
  expect(errors.map(({ code, path }) => ({ code, path }))).toEqual([{ code: 'UNAVAILABLE', path: 'mso.expirables' }]);
  dead.mockRestore();
});

test.each([-1, 3651])('%i days are no question', async (withinDays) => {
  const { data, errors } = await (await graph.as('mso-manager')).ask(expirables, { msoId: placeTypeId('mso-a'), withinDays });
  expect(data).toEqual({ mso: { expirables: null } });
  expect(errors.map(({ code }) => code)).toEqual(['INVALID_INPUT']);
});

test('another MSO’s papers are not found', async () => {
  const { data, errors } = await (await graph.as('mso-manager-b')).ask(expirables, { msoId: placeTypeId('mso-a'), withinDays: 60 });
  expect(data).toEqual({ mso: null });
  expect(errors.map(({ code }) => code)).toEqual(['NOT_FOUND']);
});

test('an MSO without clinics has only its own agreements to watch', async () => {
  await graph.sql(`delete from clinics.management_agreement where mso_id = $1`, [placeId('mso-b')]);
  await graph.running.clinics.refreshTenancy();
  const { mso } = await (await graph.as('mso-manager-b')).get(expirables, { msoId: placeTypeId('mso-b'), withinDays: 3650 });
  expect(mso.expirables.nodes).toEqual([]);
});

const listAt = `query ($at: ID, $withinDays: Int!, $kinds: [String!]) { expirables(at: $at, withinDays: $withinDays, kinds: $kinds, first: 200) {
  nodes { kind recordId label expiresOn stops { clinicId services practitionerId } owner { role practitionerId entityId pharmacyId } subject { __typename } } } }`;
const nodesAt = async (persona: string, variables: Record<string, unknown>) =>
  (await (await graph.as(persona)).get(listAt, { withinDays: 365, ...variables })).expirables.nodes;

const austin = placeTypeId('austin');
const entityId = placeTypeId('entity-a1');
const everything = ['botulinum-toxin', 'dermal-filler', 'hormone-therapy', 'iv-therapy', 'microneedling', 'weight-loss'];
const director = personas['director']?.sub;

test('an officer sees of each thing that ends what it would close, by the rules that readiness asks, and whose it is to renew', async () => {
  const nodes: { kind: string; recordId: string }[] = await nodesAt('compliance', { at: austin, withinDays: 3650 });
  const of = (kind: string, recordId?: string) =>
    nodes.find((node) => node.kind === kind && (recordId === undefined || node.recordId === recordId));
  const site = { role: 'COMPLIANCE_OFFICER', entityId, practitionerId: null, pharmacyId: null };
  const all = { clinicId: austin, services: everything, practitionerId: null };
  expect(of('CLIA_WAIVER')).toMatchObject({ stops: [all], owner: site });
  expect(of('LICENSE', toId('license', uuidOf('license:director:TX')))).toMatchObject({
    stops: [{ clinicId: null, services: [], practitionerId: director }, all],
    owner: { role: 'PRACTITIONER', practitionerId: director, entityId: null },
  });
  expect(of('PROTOCOL', toId('protocolVersion', uuidOf('protocol-version:iv-therapy')))).toMatchObject({
    stops: [{ clinicId: austin, services: ['iv-therapy'], practitionerId: null }],
    owner: { role: 'MEDICAL_DIRECTOR', entityId },
  });
  expect(of('ATTESTATION', toId('attestation', uuidOf('attestation:entity-a1:TX.gfe.validityMonths')))).toMatchObject({
    ...{ label: 'Attestation of TX.gfe.validityMonths by Bluebonnet Aesthetic Medicine PLLC', stops: [all], owner: site, subject: null },
  });
  expect(of('PHARMACY_LICENSE')).toMatchObject({ owner: { role: 'PHARMACY', pharmacyId: expect.stringMatching(/^pha_/) } });
});

test('a second director who could carry on leaves the services out of what an end would close, but for those they are not engaged for', async () => {
  await graph.sql(
    `insert into physicians.engagement (id, clinic_id, practitioner_id, role, model, status, starts_on, services)
     values ($1, $2, $3, 'MEDICAL_DIRECTOR', 'RETAINER', 'ACTIVE', current_date - 5, '{weight-loss}')`,
    [uuidOf('a second director'), placeId('austin'), practitionerId('prescriber')],
  );
  const [licence] = (await nodesAt('compliance', { at: austin, kinds: ['ENGAGEMENT'], withinDays: 3650 })).concat(
    (await nodesAt('compliance', { at: austin, kinds: ['INSURANCE_POLICY'] })).filter(
      ({ recordId }: { recordId: string }) => recordId === toId('insurancePolicy', uuidOf('policy:director')),
    ),
  );
  await graph.sql('delete from physicians.engagement where id = $1', [uuidOf('a second director')]);
  expect(licence.stops).toEqual([
    { clinicId: null, services: [], practitionerId: director },
    { clinicId: austin, services: everything.filter((code) => code !== 'weight-loss'), practitionerId: null },
  ]);
});

test('a clinic that is closed for want of a director and of protocols is closed by no paper that ends', async () => {
  const officer = await graph.as('compliance', { stepUp: true });
  const { id: clinicId } = await clinicVerb(officer, 'openClinic', { ...dallas, name: 'Bluebonnet Frisco' });
  for (const code of ['iv-therapy', 'weight-loss']) {
    const offered = await clinicVerb(officer, 'offerService', { clinicId, code, name: code, modalities: ['SYNC_VIDEO', 'IN_PERSON'] });
    expect(offered.__typename).toBe('ServiceOffering');
  }
  const nodes: { kind: string; stops: { clinicId: string | null }[] }[] = await nodesAt('compliance', { at: clinicId, withinDays: 3650 });
  expect(new Set(nodes.map(({ kind }) => kind))).toContain('ATTESTATION');
  expect(nodes.filter(({ stops }) => stops.some((stop) => stop.clinicId === clinicId))).toEqual([]);
});

test('a director reads it of the clinics they direct, an officer at the entity reads until when it is managed', async () => {
  const kinds = ['MANAGEMENT_AGREEMENT'];
  expect((await nodesAt('director', { at: austin })).length).toBeGreaterThan(5);
  expect(await nodesAt('compliance', { at: entityId, kinds, withinDays: 3650 })).toMatchObject([
    { subject: null, owner: { role: 'COMPLIANCE_OFFICER' } },
  ]);
  expect(await nodesAt('mso-manager', { at: placeTypeId('mso-a'), kinds })).toMatchObject([
    { subject: { __typename: 'ManagementAgreement' } },
  ]);
});

test.each([placeTypeId('austin'), placeTypeId('entity-a1'), placeTypeId('mso-a'), 'cli_nonsense'])(
  'another’s place is not found: %s',
  async (at) => {
    const { data, errors } = await (await graph.as('compliance-b')).ask(listAt, { at, withinDays: 60 });
    expect(data).toEqual({ expirables: null });
    expect(errors.map(({ code }) => code)).toEqual(['NOT_FOUND']);
  },
);

test('without pharmacies there is no list either', async () => {
  const dead = vi.spyOn(graph.running.pharmacies, 'execute').mockRejectedValue(new Error('down'));
  const { errors } = await (await graph.as('compliance')).ask(listAt, { withinDays: 60 });
  expect(errors.map(({ code }) => code)).toEqual(['UNAVAILABLE']);
  dead.mockRestore();
});
