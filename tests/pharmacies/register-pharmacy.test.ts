import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toId } from '#kernel/ids.ts';
import { idOf, ncpdpOf, npiOf } from '#prisma/seed/invent.ts';
import { type InventedGrant, placeTypeId } from '#prisma/seed/personas.ts';
import { type Asker, type Data, type TestGraph, testGraph } from '../support/graph.ts';

let graph: TestGraph;
let operator: Asker;
let deputy: Asker;
beforeAll(async () => {
  graph = await testGraph();
  operator = await graph.as('operator', { stepUp: true });
  deputy = await graph.as('operator-deputy', { stepUp: true });
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const inDays = (days: number) => new Date(graph.clock.now().getTime() + days * 86_400_000).toISOString().slice(0, 10);
const newSub = () => toId('user', randomUUID());
const person = (sub: string, ...grants: InventedGrant[]) => graph.asSomeone({ sub, name: 'Toni Vale', grants }, { stepUp: true });

async function say(who: Asker, verb: string, input: object, selection: string): Promise<Data> {
  const type = `${verb.charAt(0).toUpperCase()}${verb.slice(1)}Input`;
  const { data, errors } = await who.ask(
    `mutation ($input: ${type}!) { ${verb}(input: $input) { __typename ... on Refusal { code message } ... on InvalidInput { issues { path } } ${selection} } }`,
    { input },
  );
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  return data?.[verb];
}

const facility = (key: string, over: object = {}) => ({
  ...{ name: 'Cedar Compounding', facilityClass: 'PHARMACY_503A', npi: npiOf(key), ncpdpId: ncpdpOf(key, '45'), phone: '+15125550188' },
  ...{ address: { line1: '9 Cedar St', city: 'Waco', state: 'TX', postalCode: '76701' }, timeZone: 'America/Chicago', ...over },
});
const register = (who: Asker, input: object) => say(who, 'registerPharmacy', input, '... on Pharmacy { id status homeState }');
const decide = (who: Asker, pharmacyId: string, decision: string) =>
  say(who, 'decidePharmacy', { pharmacyId, decision, note: 'Looked at the board’s register.' }, '... on Pharmacy { status }');
const invite = (who: Asker, at: string, role: string, subject: string) =>
  say(who, 'inviteMember', { at, role, name: 'Toni Vale', subject }, '... on NewInvitation { code invitation { id role } }');
const accept = (who: Asker, code: string) => say(who, 'acceptInvitation', { code }, '... on Membership { id role at standing }');

/** Somebody who was invited and has come in, with a token that says so. */
async function joined(by: Asker, at: string, role: string): Promise<{ who: Asker; sub: string; membership: Data }> {
  const sub = newSub();
  const who = await person(sub, { role, at });
  const { code } = await invite(by, at, role, sub);
  return { who, sub, membership: await accept(who, code) };
}

const license = (pharmacyId: string) => ({
  ...{ pharmacyId, state: 'TX', kind: 'PHARMACY', number: 'TX-9001', issuedOn: inDays(-10), expiresOn: inDays(300) },
});
const paper = (pharmacyId: string) => ({
  ...{ pharmacyId, kind: 'USP_795', issuer: 'Pharmacist in charge', validFrom: inDays(-1), expiresOn: inDays(300), reference: 'Binder 1' },
});

test('a facility comes in: registered, its people, its papers, looked up, admitted by another', async () => {
  const { id, ...rest } = await register(operator, facility('cedar'));
  expect(rest).toEqual({ __typename: 'Pharmacy', status: 'REGISTERED', homeState: 'TX' });
  const first = await joined(operator, id, 'PHARMACY_COMPLIANCE');
  expect(first.membership).toMatchObject({ role: 'PHARMACY_COMPLIANCE', at: id, standing: 'RUNNING' });
  const { who: pharmacist, membership } = await joined(first.who, id, 'PHARMACIST');
  expect(await decide(deputy, id, 'ADMIT')).toMatchObject({
    ...{ code: 'FACILITY_NOT_READY', message: expect.stringContaining('PHARMACY licence in TX, found good by another person') },
  });
  const { id: licenseId } = await say(first.who, 'recordPharmacyLicense', license(id), '... on PharmacyLicense { id }');
  await say(first.who, 'recordFacilityEvidence', paper(id), '... on FacilityEvidence { id }');
  // A licence that nobody else has looked up carries nothing.
  expect(await decide(deputy, id, 'ADMIT')).toMatchObject({ code: 'FACILITY_NOT_READY' });
  const good = { licenseId, status: 'ACTIVE', effectiveFrom: inDays(-10), source: 'STATE_BOARD', reference: 'register' };
  expect(await say(pharmacist, 'recordPharmacyLicenseStanding', good, '')).toMatchObject({
    __typename: expect.stringMatching(/^Pharmacy/),
  });
  // Neither by who registered it, nor by its own people.
  expect(await decide(operator, id, 'ADMIT')).toMatchObject({ code: 'FORBIDDEN' });
  expect(await decide(pharmacist, id, 'ADMIT')).toMatchObject({ code: 'FORBIDDEN' });
  expect(await decide(deputy, id, 'ADMIT')).toEqual({ __typename: 'Pharmacy', status: 'ACTIVE' });
  expect(await decide(deputy, id, 'REFUSE')).toMatchObject({ code: 'ILLEGAL_TRANSITION' });
  // Who is ended there has no right left, with a token that has not expired.
  const mine = `{ pharmacy(id: "${id}") { fulfillments(first: 1) { nodes { id } } } }`;
  expect((await pharmacist.ask(mine)).errors).toEqual([]);
  const ended = await say(first.who, 'endMembership', { membershipId: membership.id }, '... on Membership { standing }');
  expect(ended).toEqual({ __typename: 'Membership', standing: 'ENDED' });
  expect((await pharmacist.ask(mine)).errors[0]?.code).toBe('FORBIDDEN');
  const trail = await graph.sql(
    `select action from pharmacies.audit_event where tenant_id = (select id from pharmacies.pharmacy where npi = $1) and kind = 'CHANGE' order by id`,
    [npiOf('cedar')],
  );
  expect(trail.map(({ action }) => action)).toEqual(expect.arrayContaining(['pharmacy.registered', 'pharmacy.admitted']));
});

test('before it is admitted nothing is offered or applied for there, whatever its papers say', async () => {
  const { id } = await register(operator, facility('birch', { name: 'Birch Compounding' }));
  const director = await graph.as('director', { stepUp: true });
  const applying = { pharmacyId: id, clinicId: placeTypeId('austin'), answers: [] };
  const physician = { responsiblePhysicianId: idOf('prc', 'practitioner:director') };
  const applied = await director.ask(
    'mutation ($input: ApplyForAccountInput!) { applyForAccount(input: $input) { __typename ... on InvalidInput { issues { path message } } } }',
    { input: { ...applying, ...physician } },
  );
  expect(applied.data?.['applyForAccount']).toEqual({
    __typename: 'InvalidInput',
    issues: [{ path: 'input.pharmacyId', message: 'The pharmacy is REGISTERED.' }],
  });
  expect(await decide(deputy, id, 'REFUSE')).toEqual({ __typename: 'Pharmacy', status: 'REFUSED' });
  expect(await decide(deputy, id, 'REFUSE')).toMatchObject({ code: 'ILLEGAL_TRANSITION' });
});

test('each number that is wrong is refused by its path, and one that another has too', async () => {
  const tries: [object, string[]][] = [
    [{ npi: '1234567890' }, ['input.npi']],
    [{ npi: '12345' }, ['input.npi']],
    [{ ncpdpId: '1234567' }, ['input.ncpdpId']],
    [{ fei: '123' }, ['input.fei']],
    [{ facilityClass: 'OUTSOURCING_503B' }, ['input.fei']],
    [{ deaNumber: 'FP1234567' }, ['input.deaNumber']],
    [{ deaNumber: 'MW4809135' }, ['input.deaNumber']],
    [{ phone: '5125550188' }, ['input.phone']],
    [{ timeZone: 'Europe/Paris' }, ['input.timeZone']],
    [{ name: ' ' }, ['input.name']],
    [{ npi: '1', ncpdpId: '2', phone: '3' }, ['input.npi', 'input.ncpdpId', 'input.phone']],
    [{ npi: npiOf('twin') }, ['input.npi']],
    [{ ncpdpId: ncpdpOf('twin', '45') }, ['input.ncpdpId']],
  ];
  expect((await register(operator, facility('twin'))).status).toBe('REGISTERED');
  for (const [over, paths] of tries) {
    const { __typename, issues } = await register(operator, facility('unlike', over));
    expect([__typename, issues?.map((one: { path: string }) => one.path)], JSON.stringify(over)).toEqual(['InvalidInput', paths]);
  }
});

test('of five at once with one number, one is registered', async () => {
  const all = await Promise.all([1, 2, 3, 4, 5].map(() => register(operator, facility('rush'))));
  expect(all.map(({ __typename }) => __typename).toSorted()).toEqual([...Array.from({ length: 4 }, () => 'InvalidInput'), 'Pharmacy']);
});

test('registering asks for a second factor and an operator', async () => {
  const plain = await graph.as('operator');
  expect(await register(plain, facility('plain'))).toMatchObject({ code: 'STEP_UP_REQUIRED' });
  for (const name of ['pharmacist', 'pharmacy-compliance', 'compliance', 'mso-manager']) {
    const who = await graph.as(name, { stepUp: true });
    expect(await register(who, facility('other')), name).toMatchObject({ code: 'FORBIDDEN' });
  }
});

test('who names whom: an operator the first who answers for a pharmacy, they its people, and nobody another’s', async () => {
  const { id } = await register(operator, facility('elm'));
  const nobody = newSub();
  // An operator names no pharmacist, nor anybody at a clinic; there is no such pharmacy as one that is not there.
  expect(await invite(operator, id, 'PHARMACIST', nobody)).toMatchObject({ code: 'FORBIDDEN' });
  expect(await invite(operator, placeTypeId('austin'), 'FRONT_DESK', nobody)).toMatchObject({ code: 'NOT_FOUND' });
  expect(await invite(operator, toId('pharmacy', randomUUID()), 'PHARMACY_COMPLIANCE', nobody)).toMatchObject({ code: 'NOT_FOUND' });
  // Two who were invited at once do not both come in.
  const subs = [newSub(), newSub()];
  const codes = await Promise.all(subs.map(async (sub) => (await invite(operator, id, 'PHARMACY_COMPLIANCE', sub)).code));
  const [one, two] = await Promise.all(subs.map((sub) => person(sub, { role: 'PHARMACY_COMPLIANCE', at: id })));
  if (!one || !two) throw new Error('nobody');
  expect((await accept(one, codes[0])).__typename).toBe('Membership');
  expect(await accept(two, codes[1])).toMatchObject({ code: 'ILLEGAL_TRANSITION' });
  expect(await invite(operator, id, 'PHARMACY_COMPLIANCE', nobody)).toMatchObject({ code: 'FORBIDDEN' });
  // At their own place alone, and no role of another side.
  expect(await invite(one, placeTypeId('pharmacy-a'), 'PHARMACIST', nobody)).toMatchObject({ code: 'NOT_FOUND' });
  for (const role of ['FRONT_DESK', 'COMPLIANCE_OFFICER', 'MSO_MANAGER', 'PLATFORM_OPERATOR'])
    expect(await invite(one, id, role, nobody), role).toMatchObject({ code: 'FORBIDDEN' });
  expect(await invite(await graph.as('compliance', { stepUp: true }), id, 'PHARMACIST', nobody)).toMatchObject({ code: 'NOT_FOUND' });
  const given = await invite(one, id, 'PHARMACY_TECHNICIAN', nobody);
  const taken = await say(one, 'withdrawInvitation', { invitationId: given.invitation.id }, '... on Invitation { standing }');
  expect(taken.standing).toBe('WITHDRAWN');
  expect(await accept(await person(nobody), given.code)).toMatchObject({ code: 'ILLEGAL_TRANSITION' });
});

test('the database alone lets nobody admit what they registered, nor a facility itself', async () => {
  const { id } = await register(operator, facility('ash'));
  const [row] = await graph.sql<{ id: string }>('select id from pharmacies.pharmacy where npi = $1', [npiOf('ash')]);
  expect(id).toBe(toId('pharmacy', row?.id ?? ''));
  const app = new pg.Client({ connectionString: graph.database.addresses.pharmacies.appUrl });
  await app.connect();
  const admit = `update pharmacies.pharmacy set status = 'ACTIVE', decided_by = 'usr_x', decided_at = now(), decision_note = 'x' where id = '${row?.id}'`;
  const attempt = async (settings: Record<string, string>): Promise<string | number | null> => {
    await app.query('begin');
    try {
      for (const [name, value] of Object.entries(settings)) await app.query('select set_config($1, $2, true)', [name, value]);
      return (await app.query(admit)).rowCount;
    } catch (error) {
      return (error as { code: string }).code;
    } finally {
      await app.query('rollback');
    }
  };
  const read = '{"pharmacy:read"}';
  const by = { 'app.everywhere': '{"pharmacy:read","pharmacy:admit"}' };
  try {
    expect(await attempt({ 'app.everywhere': read, 'app.actor': 'usr_x' })).toBe(0);
    expect(await attempt({ 'app.everywhere': read, 'app.actor': 'usr_x', 'app.may_facility_keep': `{${row?.id}}` })).toBe('42501');
    expect(await attempt({ ...by, 'app.actor': 'usr_y' })).toBe('42501');
    expect(await attempt({ ...by, 'app.actor': 'usr_x' })).toBe(1);
  } finally {
    await app.end();
  }
});
