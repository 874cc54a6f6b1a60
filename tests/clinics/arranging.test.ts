import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { toId } from '#kernel/ids.ts';
import { placeTypeId } from '#prisma/seed/personas.ts';
import { placeId } from '#prisma/seed/places.ts';
import { type Asker, type Data, type TestGraph, testGraph } from '../support/graph.ts';
import { clinicVerb, type ClinicVerb, holding, subOf } from './clinic-verbs.ts';

let graph: TestGraph;
let officer: Asker;
let director: Asker;
beforeAll(async () => {
  graph = await testGraph();
  officer = await graph.as('compliance', { stepUp: true });
  director = await graph.as('director');
});
afterAll(async () => graph?.[Symbol.asyncDispose]());
beforeEach(() => graph.clock.set(new Date()));

const clinicId = placeTypeId('austin');
const inDays = (days: number) => new Date(graph.clock.now().getTime() + days * 86_400_000).toISOString().slice(0, 10);
const verb = (name: ClinicVerb, input: object, who = officer): Promise<Data> => clinicVerb(who, name, { clinicId, ...input });

async function readiness(code: string): Promise<Data> {
  const document = `query ($id: ID!) { clinic(id: $id) { readiness { services { code status blockers { ruleId } } } } }`;
  const { clinic } = await director.get(document, { id: clinicId });
  return clinic.readiness.services.find((one: Data) => one.code === code) ?? null;
}
const blockersOf = async (code: string): Promise<string[]> => (await readiness(code)).blockers.map(({ ruleId }: Data) => ruleId);
const trail = async (action: string): Promise<Data> =>
  (await graph.sql(`select tenant_id, actor, detail from clinics.audit_event where action = $1 order by id desc limit 1`, [action]))[0];

const peel = { code: 'chemical-peel', name: 'Chemical peel', modalities: ['IN_PERSON'] };

test('a service that is offered is asked for by readiness at once, and what it stands on is what keeps it closed', async () => {
  expect(await readiness('chemical-peel')).toBeNull();
  expect(await verb('offerService', peel)).toEqual({ __typename: 'ServiceOffering', ...peel, requiresExam: true });
  expect((await readiness('chemical-peel')).status).toBe('CLOSED');
  expect(await blockersOf('chemical-peel')).toContain('protocol.inForce');
  expect(await trail('service.offered')).toEqual({
    ...{ tenant_id: placeId('austin'), actor: subOf('compliance') },
    detail: { code: 'chemical-peel', modalities: ['IN_PERSON'], were: null },
  });
});

test('offered again it is the same offer in other words, and the trail has what it was', async () => {
  const again = { ...peel, name: 'Peels', modalities: ['IN_PERSON', 'SYNC_VIDEO'] };
  expect(await verb('offerService', again)).toMatchObject({ name: 'Peels', modalities: ['IN_PERSON', 'SYNC_VIDEO'] });
  expect((await trail('service.offered')).detail).toEqual({ code: peel.code, modalities: again.modalities, were: ['IN_PERSON'] });
  expect(
    await graph.sql(`select 1 from clinics.service_offering where clinic_id = $1 and code = $2`, [placeId('austin'), peel.code]),
  ).toHaveLength(1);
});

test('a service that is withdrawn cannot be booked any more, and the others stay', async () => {
  const answer = await verb('withdrawService', { code: peel.code, reason: 'Nobody asks for it.' });
  expect(answer.services.nodes.map(({ code }: Data) => code)).toEqual([
    ...['botulinum-toxin', 'dermal-filler', 'hormone-therapy', 'iv-therapy', 'microneedling', 'weight-loss'],
  ]);
  expect(await readiness('chemical-peel')).toBeNull();
  expect((await trail('service.withdrawn')).detail).toEqual({
    ...{ code: peel.code, were: ['IN_PERSON', 'SYNC_VIDEO'], reason: 'Nobody asks for it.' },
  });
  expect((await verb('withdrawService', { code: peel.code, reason: 'Once more.' })).code).toBe('NOT_FOUND');
});

const town = { kind: 'BUSINESS_LICENSE', number: 'B-26/99' };

test('a licence of the site is renewed by a later one, and suspended by the authority’s word: what stands on it closes and opens', async () => {
  const renewed = await verb('recordFacilityLicense', { ...town, expiresOn: inDays(700) });
  expect(renewed).toEqual({
    ...{ __typename: 'FacilityLicense', id: expect.stringMatching(/^fac_/), ...town, status: 'ACTIVE', statusSince: null },
    expiresOn: inDays(700),
  });
  expect((await verb('recordFacilityLicense', { ...town, expiresOn: inDays(699) })).code).toBe('CONFLICT');

  const say = (status: string, more: object = {}) =>
    clinicVerb(officer, 'recordFacilityLicenseStatus', {
      ...{ facilityLicenseId: renewed.id, status, since: inDays(0), reason: 'Letter of the agency, file 26-11.', ...more },
    });
  expect(await say('SUSPENDED')).toMatchObject({ status: 'SUSPENDED', statusSince: inDays(0) });
  expect(await blockersOf('weight-loss')).toEqual(['facility.licence.BUSINESS_LICENSE']);
  expect((await say('SUSPENDED')).code).toBe('ILLEGAL_TRANSITION');
  expect((await say('ACTIVE', { since: inDays(-3) })).issues[0].path).toBe('input.since');
  expect((await say('ACTIVE', { since: inDays(1) })).issues[0].path).toBe('input.since');
  expect(await say('ACTIVE')).toMatchObject({ status: 'ACTIVE' });
  expect(await blockersOf('weight-loss')).toEqual([]);
  expect(await say('REVOKED')).toMatchObject({ status: 'REVOKED' });
  expect((await say('ACTIVE')).code).toBe('ILLEGAL_TRANSITION');
  expect(await blockersOf('weight-loss')).toEqual(['facility.licence.BUSINESS_LICENSE']);
  await verb('recordFacilityLicense', { ...town, number: 'B-27/1', expiresOn: inDays(701) });
  expect(await blockersOf('weight-loss')).toEqual([]);
  const document = `query ($id: ID!) { clinic(id: $id) { facilityLicenses(first: 3) { nodes { kind number status } } } }`;
  const { clinic } = await officer.get(document, { id: clinicId });
  expect(clinic.facilityLicenses.nodes.slice(0, 2)).toEqual([
    { kind: 'BUSINESS_LICENSE', number: 'B-27/1', status: 'ACTIVE' },
    { kind: 'BUSINESS_LICENSE', number: 'B-26/99', status: 'REVOKED' },
  ]);
});

test('a licence that an authority took is not good again under the same number, however that is written', async () => {
  const waste = { kind: 'MEDICAL_WASTE', number: 'MW 26-7' };
  const had = await verb('recordFacilityLicense', { ...waste, expiresOn: inDays(300) });
  const say = (status: string) =>
    clinicVerb(officer, 'recordFacilityLicenseStatus', {
      ...{ facilityLicenseId: had.id, status, since: inDays(0), reason: 'Letter of the agency, file 26-12.' },
    });
  expect((await verb('recordFacilityLicense', { ...waste, number: 'mw267', expiresOn: inDays(300) })).code).toBe('CONFLICT');
  for (const status of ['SUSPENDED', 'REVOKED']) {
    await say(status);
    for (const number of ['MW 26-7', 'mw-267']) {
      const again = await verb('recordFacilityLicense', { ...waste, number, expiresOn: inDays(301) });
      expect(again).toMatchObject({ code: 'ILLEGAL_TRANSITION', message: `What is ${status.toLowerCase()} cannot be active.` });
    }
  }
  expect((await verb('recordFacilityLicense', { ...waste, number: 'MW 27-1', expiresOn: inDays(300) })).status).toBe('ACTIVE');
});

test('a service that is offered otherwise while it is withdrawn is offered anew', async () => {
  await verb('offerService', peel);
  const [clinic, row] = [placeId('austin'), 'select 1 from clinics.service_offering where clinic_id = $1 and code = $2 for update'];
  await using holder = await holding(graph, row, [clinic, peel.code]);
  const withdrawn = verb('withdrawService', { code: peel.code, reason: 'Nobody asks for it.' });
  await holder.waiting(1);
  const offered = verb('offerService', { ...peel, name: 'Peels' });
  await holder.waiting(2);
  await holder.release();
  expect([(await withdrawn).__typename, await offered]).toEqual(['Clinic', expect.objectContaining({ name: 'Peels' })]);
  await verb('withdrawService', { code: peel.code, reason: 'Nobody asks for it.' });
});

test('the telephone number is recorded and corrected by the clinic’s officer, and the trail has both', async () => {
  const record = (phone: string) => verb('recordClinicPhone', { phone });
  expect(await record('+15125550188')).toEqual({ __typename: 'Clinic', id: clinicId, phone: '+15125550188' });
  expect(await record('+15125550101')).toEqual({ __typename: 'Clinic', id: clinicId, phone: '+15125550101' });
  expect(await record('512 555 0101')).toMatchObject({ code: 'INVALID_INPUT', issues: [{ path: 'input.phone' }] });
  expect((await clinicVerb(director, 'recordClinicPhone', { clinicId, phone: '+15125550188' })).code).toBe('FORBIDDEN');
  const other = await graph.as('compliance-b', { stepUp: true });
  expect((await clinicVerb(other, 'recordClinicPhone', { clinicId, phone: '+15125550188' })).code).toBe('NOT_FOUND');
  const written = await graph.sql(`select detail from clinics.audit_event where action = 'clinic.phone-recorded' order by at, id`);
  expect(written.map(({ detail }) => detail)).toEqual([
    { before: '+15125550101', phone: '+15125550188' },
    { before: '+15125550188', phone: '+15125550101' },
  ]);
});

const laser = { code: 'laser-diode-810', maker: 'Lumen Works', model: 'LW-8', serial: 'A-100' };

test('a machine stands in one clinic at a time, whoever’s that is, and is retired once', async () => {
  const device = await verb('registerDevice', { ...laser, registration: 'TX-L-77' });
  expect(device).toEqual({
    ...{ __typename: 'Device', id: expect.stringMatching(/^dev_/), ...laser, registration: 'TX-L-77', retiredAt: null },
  });
  const other = await graph.as('compliance-b', { stepUp: true });
  const there = { ...laser, serial: 'a-100', clinicId: placeTypeId('houston') };
  expect(await clinicVerb(other, 'registerDevice', there)).toEqual({
    ...{ __typename: 'Conflict', code: 'CONFLICT' },
    message: 'A machine of this make, model and serial number is in use at a clinic.',
  });
  const retire = () => clinicVerb(officer, 'retireDevice', { deviceId: device.id, reason: 'Sold.' });
  expect(await retire()).toEqual({ ...{ __typename: 'Device', id: device.id, retirementReason: 'Sold.' }, retiredAt: expect.any(String) });
  expect((await retire()).code).toBe('ILLEGAL_TRANSITION');
  expect((await clinicVerb(other, 'registerDevice', there)).__typename).toBe('Device');
  const document = `query ($id: ID!) { clinic(id: $id) { devices { nodes { code serial } } } }`;
  expect((await director.get(document, { id: clinicId })).clinic.devices.nodes).toEqual([{ code: laser.code, serial: 'A-100' }]);
  const pharmacist = await graph.as('pharmacist');
  expect((await pharmacist.ask(document, { id: clinicId })).errors[0]?.code).toBe('FORBIDDEN');
});

const license = { kind: 'MEDICAL_WASTE', number: 'MW-1', expiresOn: '2027-06-30' };
const everyVerb: [ClinicVerb, object][] = [
  ['offerService', peel],
  ['withdrawService', { code: 'weight-loss', reason: 'Because.' }],
  ['recordFacilityLicense', license],
  ['registerDevice', laser],
];

test.each(everyVerb)(
  '%s is an officer’s at their own places: another’s clinic is not there, and an MSO has no such right',
  async (name, input) => {
    const manager = await graph.as('mso-manager', { stepUp: true });
    const elsewhere = await graph.as('compliance-b', { stepUp: true });
    expect((await verb(name, input, manager)).code).toBe('FORBIDDEN');
    expect((await verb(name, input, elsewhere)).code).toBe('NOT_FOUND');
    expect((await verb(name, { ...input, clinicId: toId('clinic', '019aaaaa-0000-7000-8000-000000000001') })).code).toBe('NOT_FOUND');
  },
);

test('what binds a site takes a second factor', async () => {
  const once = await graph.as('compliance');
  expect((await verb('recordFacilityLicense', license, once)).code).toBe('STEP_UP_REQUIRED');
});

test.each<[string, ClinicVerb, object, string]>([
  ['a service that is none', 'offerService', { ...peel, code: 'tattoos' }, 'input.code'],
  ['a way named twice', 'offerService', { ...peel, modalities: ['IN_PERSON', 'IN_PERSON'] }, 'input.modalities'],
  ['no way of examining', 'offerService', { ...peel, modalities: [] }, 'input.modalities'],
  ['a service without a name', 'offerService', { ...peel, name: '' }, 'input.name'],
  ['a withdrawal without a reason', 'withdrawService', { code: 'weight-loss', reason: ' ' }, 'input.reason'],
  ['a licence that has expired', 'recordFacilityLicense', { ...license, expiresOn: '2020-01-31' }, 'input.expiresOn'],
  ['a licence for ever', 'recordFacilityLicense', { ...license, expiresOn: '2099-01-31' }, 'input.expiresOn'],
  ['a licence’s number of nothing but hyphens', 'recordFacilityLicense', { ...license, number: '--' }, 'input.number'],
  ['a machine’s code with capitals', 'registerDevice', { ...laser, code: 'Laser 810' }, 'input.code'],
])('%s is refused by name', async (_what, name, input, path) => {
  const answer = await verb(name, input);
  expect([answer.code, answer.issues?.map((issue: Data) => issue.path)]).toEqual(['INVALID_INPUT', [path]]);
});

test('the database alone lets nobody write at another’s clinic, or in another’s name', async () => {
  const policies = await graph.sql(
    `select tablename, cmd from pg_policies where schemaname = 'clinics' and tablename in ('clinic', 'service_offering', 'facility_license', 'device')
     and cmd <> 'SELECT' and coalesce(with_check, qual) !~ 'may'`,
  );
  expect(policies).toEqual([]);
});
