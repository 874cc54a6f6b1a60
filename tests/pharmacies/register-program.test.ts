import { afterAll, beforeAll, expect, test } from 'vitest';
import pg from 'pg';
import { placeTypeId } from '#prisma/seed/personas.ts';
import { placeId } from '#prisma/seed/places.ts';
import { type Desk, orderDesk } from '../prescriptions/order-desk.ts';
import { type Asker, type Data, type TestGraph, testGraph } from '../support/graph.ts';

/** Who answers for a pharmacy makes its program a member of it; the program verifies, until it is ended. */
let graph: TestGraph;
let desk: Desk;
let responsible: Asker;
let orderId: string;
beforeAll(async () => {
  graph = await testGraph();
  desk = await orderDesk(graph);
  responsible = await graph.as('pharmacy-compliance', { stepUp: true });
  orderId = await desk.sent();
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const pharmacyId = placeTypeId('pharmacy-a');
// Memberships are kept by the real clock.
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

async function say(who: Asker, verb: string, input: object): Promise<Data> {
  const type = `${verb.charAt(0).toUpperCase()}${verb.slice(1)}Input`;
  const { data, errors } = await who.ask(
    `mutation ($input: ${type}!) { ${verb}(input: $input) { __typename ... on Refusal { code message } ... on InvalidInput { issues { path } }
      ... on Membership { id subject name role at standing endsAt } } }`,
    { input },
  );
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  return data?.[verb];
}
const register = (clientId: string, over: object = {}, who = responsible) =>
  say(who, 'registerProgram', { pharmacyId, clientId, name: 'Counter system', endsOn: inDays(30), ...over });
const program = (sub: string, at = pharmacyId) =>
  graph.asSomeone({ sub, clientId: sub, name: 'Counter system', grants: [{ role: 'PHARMACY_SYSTEM', at }] });
const verify = async (who: Asker) => {
  const { data, errors } = await who.ask('query ($id: ID!) { verifyOrder(orderId: $id) { verdict } }', { id: orderId });
  return errors[0]?.code ?? data?.['verifyOrder'].verdict;
};

test('a program that was registered verifies and does nothing else, until it is ended at once', async () => {
  const clientId = 'https://counter.example/client';
  const it = await program(clientId);
  expect(await verify(it)).toBe('FORBIDDEN');
  const member = await register(clientId);
  expect(member).toMatchObject({
    ...{ subject: clientId, name: 'Counter system', role: 'PHARMACY_SYSTEM', at: pharmacyId, standing: 'RUNNING' },
    endsAt: `${inDays(31)}T00:00:00.000Z`,
  });
  expect(await verify(it)).toBe('VERIFIED');
  const claim = 'mutation ($input: ClaimOrderInput!) { claimOrder(input: $input) { __typename ... on Refusal { code } } }';
  expect((await it.ask(claim, { input: { orderId } })).data).toMatchObject({ claimOrder: { code: 'FORBIDDEN' } });
  // It names no further program, and a person with its subject is nobody.
  expect(await register('client:child', {}, it)).toMatchObject({ code: 'FORBIDDEN' });
  const person = await graph.asSomeone({ sub: clientId, name: 'Toni Vale', grants: [{ role: 'PHARMACY_SYSTEM', at: pharmacyId }] });
  expect(await verify(person)).toBe('FORBIDDEN');
  const elsewhere = await program(clientId, placeTypeId('pharmacy-b'));
  expect(await verify(elsewhere)).toBe('FORBIDDEN');
  const { data } = await responsible.ask('query ($at: ID!) { memberships(at: $at, first: 50) { nodes { subject role standing } } }', {
    at: pharmacyId,
  });
  expect(data?.['memberships'].nodes).toContainEqual({ subject: clientId, role: 'PHARMACY_SYSTEM', standing: 'RUNNING' });
  expect(await register(clientId)).toMatchObject({ code: 'CONFLICT' });
  expect(await say(responsible, 'endMembership', { membershipId: member.id })).toMatchObject({ standing: 'ENDED' });
  expect(await verify(it)).toBe('FORBIDDEN');
  expect((await register(clientId)).standing).toBe('RUNNING');
  expect(await verify(it)).toBe('VERIFIED');
  const trail = await graph.sql<{ action: string; actor: string }>(
    `select action, actor from clinics.audit_event where tenant_id = $1 and detail ->> 'role' = 'PHARMACY_SYSTEM' order by id`,
    [placeId('pharmacy-a')],
  );
  expect(trail.map(({ action }) => action)).toEqual(['program.registered', 'membership.ended', 'program.registered']);
});

test('others may not, and what is no program, no client id or no day is refused by its path', async () => {
  for (const name of ['pharmacist', 'technician', 'pharmacy-system', 'operator', 'compliance', 'mso-manager', 'auditor']) {
    const who = await graph.as(name, name === 'pharmacy-system' ? {} : { stepUp: true });
    expect(await register('client:other', {}, who), name).toMatchObject({ code: 'FORBIDDEN' });
  }
  expect(await register('client:other', {}, await graph.as('pharmacy-compliance'))).toMatchObject({ code: 'STEP_UP_REQUIRED' });
  for (const at of [placeTypeId('pharmacy-b'), placeTypeId('austin'), 'x'])
    expect(await register('client:other', { pharmacyId: at }), at).toMatchObject({ code: 'NOT_FOUND' });
  const pharmacist = (await (await graph.as('pharmacist')).ask('{ viewer { id } }')).data?.['viewer'].id;
  const wrong: [object, string][] = [
    ...['', 'two words', 'tab\t', 'ü', 'x'.repeat(256), pharmacist].map((clientId): [object, string] => [{ clientId }, 'input.clientId']),
    ...['', ' ', 'x'.repeat(121)].map((name): [object, string] => [{ name }, 'input.name']),
    ...[inDays(-1), inDays(4_000)].map((endsOn): [object, string] => [{ endsOn }, 'input.endsOn']),
  ];
  for (const [over, path] of wrong)
    expect(await register('client:other', over), JSON.stringify(over)).toMatchObject({ issues: [{ path }] });
});

test('of five who register one program at once, one does', async () => {
  const all = await Promise.all([1, 2, 3, 4, 5].map(() => register('client:rush')));
  expect(all.map(({ __typename }) => __typename).toSorted()).toEqual([...Array.from({ length: 4 }, () => 'Conflict'), 'Membership']);
});

test('the database alone takes no program without a last day, at another place, or in another role', async () => {
  const app = new pg.Client({ connectionString: graph.database.addresses.clinics.appUrl });
  await app.connect();
  const attempt = async (role: string, at: string, endsAt: string): Promise<string | number | null> => {
    await app.query('begin');
    try {
      await app.query(`select set_config('app.actor', 'usr_x', true), set_config('app.may_pharmacy_staff_appoint', $1, true)`, [
        `{${placeId('pharmacy-a')}}`,
      ]);
      const insert = `insert into clinics.membership (id, sub, role, at, starts_at, ends_at) values (gen_random_uuid(), 'client:db', $1, $2, now(), ${endsAt})`;
      return (await app.query(insert, [role, at])).rowCount;
    } catch (error) {
      return (error as { code: string }).code;
    } finally {
      await app.query('rollback');
    }
  };
  const later = `now() + interval '1 day'`;
  try {
    expect(await attempt('PHARMACY_SYSTEM', pharmacyId, later)).toBe(1);
    expect(await attempt('PHARMACY_SYSTEM', pharmacyId, 'null')).toBe('42501');
    expect(await attempt('PHARMACY_SYSTEM', placeTypeId('pharmacy-b'), later)).toBe('42501');
    expect(await attempt('PHARMACIST', pharmacyId, later)).toBe('42501');
  } finally {
    await app.end();
  }
});
