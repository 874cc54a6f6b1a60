import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromId, toId } from '#kernel/ids.ts';
import { personas } from '#prisma/seed/personas.ts';
import { type Desk, orderDesk } from '../prescriptions/order-desk.ts';
import { type Asker, type TestGraph, testGraph } from '../support/graph.ts';

const contract = readFileSync(new URL('../../schema/contract/pharmacy.graphql', import.meta.url), 'utf8');
const VERIFY_ORDER = /query VerifyOrder[\s\S]*?\n}\n/.exec(contract)?.[0] ?? '';
const client = personas['pharmacy-system'] ?? { sub: '', name: '', grants: [] };

let graph: TestGraph;
let desk: Desk;
let system: Asker;
let orderId: string;
beforeAll(async () => {
  graph = await testGraph();
  desk = await orderDesk(graph);
  system = await graph.as('pharmacy-system');
  orderId = await desk.sent();
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

test('a pharmacy’s program verifies an order by id, by its document and by its short form, alone and among many', async () => {
  const { verifyOrder } = await system.get(VERIFY_ORDER, { orderId });
  expect([verifyOrder.verdict, verifyOrder.order.id]).toEqual(['VERIFIED', orderId]);
  expect(verifyOrder.order.prescriber.licenses).not.toEqual([]);
  const { order } = await desk.prescriber.get('query ($id: ID!) { order(id: $id) { shortForm } }', { id: orderId });
  const said = await system.get(
    `query ($text: String!, $short: String!, $ids: [ID!]!) {
      verifyDocument(text: $text) { verdict order { id } }
      verifyShortForm(text: $short) { verdict order { id } }
      verifyOrders(orderIds: $ids) { verdict order { id } } }`,
    { text: verifyOrder.document, short: order.shortForm, ids: [orderId] },
  );
  const verified = { verdict: 'VERIFIED', order: { id: orderId } };
  expect(said).toEqual({ verifyDocument: verified, verifyShortForm: verified, verifyOrders: [verified] });
});

test('the trail names the program, as it names a person', async () => {
  const { verifyOrder } = await system.get('query ($id: ID!) { verifyOrder(orderId: $id) { id } }', { id: orderId });
  expect(
    await graph.sql(
      `select actor, actor_name, service from pharmacies.audit_event where action = 'order.verified' and detail ->> 'verification' = $1`,
      [fromId('verification', verifyOrder.id)],
    ),
  ).toEqual([{ actor: 'client:pharmacy-system', actor_name: 'Dispensing system of the first 503A pharmacy', service: null }]);
  expect(
    await graph.sql(`select distinct checked_by from pharmacies.verification where id = $1`, [fromId('verification', verifyOrder.id)]),
  ).toEqual([{ checked_by: 'client:pharmacy-system' }]);
});

test('it neither claims nor asks for a change, nor sees what another pharmacy was sent', async () => {
  const claim = 'mutation ($input: ClaimOrderInput!) { claimOrder(input: $input) { __typename ... on Refusal { code } } }';
  expect((await system.ask(claim, { input: { orderId } })).data).toMatchObject({ claimOrder: { code: 'FORBIDDEN' } });
  const moved = await desk.sent();
  await graph.sql(
    'update pharmacies.fulfillment set pharmacy_id = (select id from pharmacies.pharmacy where id <> pharmacy_id order by id limit 1) where order_id = $1',
    [fromId('order', moved)],
  );
  expect((await system.ask(VERIFY_ORDER, { orderId: moved })).errors).toMatchObject([{ code: 'NOT_FOUND' }]);
  expect((await system.get('query ($ids: [ID!]!) { verifyOrders(orderIds: $ids) { id } }', { ids: [moved] })).verifyOrders).toEqual([null]);
});

const ASK = 'query ($id: ID!) { verifyOrder(orderId: $id) { verdict } }';
const codes = async (asker: Promise<Asker>) => (await (await asker).ask(ASK, { id: orderId })).errors.map(({ code }) => code);

test('a person’s token carries the program’s role for nothing, and a program’s token no role of a person', async () => {
  const { sub, name, grants } = client;
  expect(await codes(graph.asSomeone({ sub, name, grants }))).toEqual(['FORBIDDEN']);
  const pharmacist = personas['pharmacist'] ?? client;
  expect(await codes(graph.asSomeone({ ...pharmacist, clientId: pharmacist.sub }, { stepUp: true }))).toEqual(['UNAUTHENTICATED']);
  // Beside its own grant that of a person is not there: what is only a pharmacist's stays closed.
  const both = await graph.asSomeone({ ...client, grants: [...grants, ...pharmacist.grants] });
  expect((await both.ask(ASK, { id: orderId })).errors).toEqual([]);
  const claim = 'mutation ($input: ClaimOrderInput!) { claimOrder(input: $input) { __typename ... on Refusal { code } } }';
  expect((await both.ask(claim, { input: { orderId } })).data).toMatchObject({ claimOrder: { code: 'FORBIDDEN' } });
});

test('a program that is no member there, or names another pharmacy, is shown nothing', async () => {
  const { name, grants } = client;
  expect(await codes(graph.asSomeone({ sub: 'client:stranger', name, grants, clientId: 'client:stranger' }))).toEqual(['FORBIDDEN']);
  const [other] = await graph.sql<{ id: string }>('select id from pharmacies.pharmacy where id <> $1 order by id limit 1', [
    fromId('pharmacy', grants[0]?.at ?? ''),
  ]);
  const elsewhere = [{ role: 'PHARMACY_SYSTEM', at: toId('pharmacy', other?.id ?? '') }];
  expect(await codes(graph.asSomeone({ ...client, grants: elsewhere }))).toEqual(['FORBIDDEN']);
});

test('it is told the same as a pharmacist, also of what only the facility’s own people may look up', async () => {
  const pharmacist = await graph.as('pharmacist');
  const asked = 'query ($id: ID!) { verifyOrder(orderId: $id) { verdict checks { code outcome detail citation remedy reason } } }';
  const said = async (who: Asker) => (await who.get(asked, { id: orderId })).verifyOrder;
  expect(await said(system)).toEqual(await said(pharmacist));
  const record =
    'mutation ($input: RecordInspectionInput!) { recordInspection(input: $input) { __typename ... on Refusal { code message } } }';
  const input = {
    ...{ pharmacyId: client.grants[0]?.at, authority: 'FDA', outcome: 'OFFICIAL_ACTION', reference: 'Form FDA 483' },
    inspectedOn: new Date(Date.now() - 3 * 86_400_000).toISOString().slice(0, 10),
    findings: [{ text: 'Smoke studies were not made.', severity: 'CRITICAL', stops: 'STERILE' }],
  };
  await (await graph.as('pharmacist', { stepUp: true })).get(record, { input });
  const own = await said(system);
  expect(own.checks.find(({ code }: { code: string }) => code === 'FACILITY_STANDING')).toMatchObject({ outcome: 'FAIL' });
  expect(own).toEqual(await said(pharmacist));
});
