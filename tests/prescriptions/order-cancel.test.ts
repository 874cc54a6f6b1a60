import { compactVerify, importJWK, type JWK } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromId } from '#kernel/ids.ts';
import { testGraph, type TestGraph } from '../support/graph.ts';
import { cancelOrder, type Desk, orderDesk, sendOrder, signOrder } from './order-desk.ts';

let graph: TestGraph;
let desk: Desk;
beforeAll(async () => {
  graph = await testGraph();
  desk = await orderDesk(graph);
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const cancel = async (orderId: string, reason = 'PRESCRIBER_CHANGED_PLAN') =>
  (await desk.prescriber.ask(cancelOrder, { input: { orderId, reason } })).data.cancelOrder;
const timeline = async (id: string) =>
  (
    await desk.prescriber.get('query OrderTimeline($id: ID!) { order(id: $id) { timeline { status reason actor { displayName } } } }', {
      id,
    })
  ).order.timeline;

async function statusList(): Promise<{ at: string; goodUntil: string; cancelled: { digest: string; at: string }[] }> {
  const reader = await graph.as('pharmacist');
  const { orderStatusList } = await reader.get('{ orderStatusList }');
  const kid = JSON.parse(Buffer.from(orderStatusList.split('.')[0], 'base64url').toString()).kid;
  const { documentKeys } = await reader.get('{ documentKeys { kid purpose publicJwk } }');
  const key = documentKeys.find((one: { kid: string; purpose: string }) => one.kid === kid && one.purpose === 'PLATFORM');
  const { payload, protectedHeader } = await compactVerify(orderStatusList, await importJWK(key.publicJwk as JWK, 'ES256'));
  expect(protectedHeader).toEqual({ alg: 'ES256', typ: 'gf-order-status+jws', kid });
  return JSON.parse(new TextDecoder().decode(payload));
}

test('publishes an empty status list before anything was ever signed', async () => {
  const list = await statusList();
  expect(list).toEqual({ schema: 'gf-order-status/1', at: expect.any(String), goodUntil: expect.any(String), cancelled: [] });
});

test('drops a draft without a word to anyone', async () => {
  const orderId = await desk.draft();
  expect(await cancel(orderId)).toEqual({ __typename: 'Order', id: orderId, status: 'CANCELLED' });
  expect(await timeline(orderId)).toMatchObject([{ status: 'DRAFT' }, { status: 'CANCELLED', reason: 'PRESCRIBER_CHANGED_PLAN' }]);
  expect((await statusList()).cancelled).toEqual([]);
  expect((await desk.prescriber.ask(signOrder, { input: { orderId } })).data.signOrder).toMatchObject({
    code: 'ILLEGAL_TRANSITION',
    from: 'CANCELLED',
    to: 'SIGNED',
  });
});

test('puts a signed order that is cancelled on the status list', async () => {
  const orderId = await desk.signed();
  const { order } = await desk.prescriber.get('query Digest($id: ID!) { order(id: $id) { signature { documentDigest } } }', {
    id: orderId,
  });
  expect((await cancel(orderId, 'PATIENT_REQUEST')).status).toBe('CANCELLED');
  expect((await statusList()).cancelled).toEqual([{ digest: order.signature.documentDigest, at: expect.any(String), reason: 'CANCELLED' }]);
});

test('asks a sent order back, and is cancelled when the pharmacy grants it', async () => {
  const orderId = await desk.sent();
  expect((await cancel(orderId)).status).toBe('CANCELLED');
  expect((await timeline(orderId)).slice(-2)).toEqual([
    { status: 'CANCEL_REQUESTED', reason: 'PRESCRIBER_CHANGED_PLAN', actor: { displayName: 'Marisol Quintero, MD' } },
    { status: 'CANCELLED', reason: 'WITHDRAWAL_GRANTED', actor: { displayName: 'Pecan Grove Compounding' } },
  ]);
  expect(await graph.sql('select status from pharmacies.fulfillment where order_id = $1', [fromId('order', orderId)])).toEqual([
    { status: 'WITHDRAWN' },
  ]);
  expect(await cancel(orderId)).toMatchObject({ code: 'ILLEGAL_TRANSITION', from: 'CANCELLED', to: 'CANCELLED' });
});

test('waits as CANCEL_REQUESTED for a pharmacy side that is down, and is settled by its answer', async () => {
  const orderId = await desk.sent();
  await graph.sql('revoke insert on pharmacies.hand_off_head from goodfaith_pharmacies');
  try {
    expect((await cancel(orderId)).status).toBe('CANCEL_REQUESTED');
  } finally {
    await graph.sql('grant insert on pharmacies.hand_off_head to goodfaith_pharmacies');
  }
  await expect
    .poll(async () => (await timeline(orderId)).at(-1), { timeout: 60_000, interval: 500 })
    .toMatchObject({ status: 'CANCELLED', reason: 'WITHDRAWAL_GRANTED' });
});

test('a withdrawal may overtake its send, which then comes too late', async () => {
  const orderId = await desk.signed();
  await graph.sql(`create function pharmacies.no_send() returns trigger language plpgsql as 'begin raise exception ''down''; end'`);
  await graph.sql(
    `create trigger no_send before insert on pharmacies.hand_off_inbox for each row when (new.kind = 'SEND') execute function pharmacies.no_send()`,
  );
  await desk.prescriber.get(sendOrder, { input: { orderId } });
  expect((await cancel(orderId)).status).toBe('CANCELLED');
  await graph.sql('drop trigger no_send on pharmacies.hand_off_inbox');
  const answers = () =>
    graph.sql('select seq, result from prescriptions.outbox_event where key = $1 and delivered_at is not null order by seq', [
      fromId('order', orderId),
    ]);
  await expect.poll(async () => (await answers()).length, { timeout: 60_000, interval: 500 }).toBe(2);
  expect(await answers()).toEqual([
    { seq: 1, result: { outcome: 'SUPERSEDED', status: null } },
    { seq: 2, result: { outcome: 'GRANTED', status: null } },
  ]);
  expect((await timeline(orderId)).at(-1)).toMatchObject({ status: 'CANCELLED', reason: 'WITHDRAWAL_GRANTED' });
  expect(await graph.sql('select 1 from pharmacies.fulfillment where order_id = $1', [fromId('order', orderId)])).toEqual([]);
});

test('is denied once the drug was made, and the order stays with the pharmacy', async () => {
  const orderId = await desk.sent();
  const pharmacist = await graph.as('pharmacist');
  const { claimOrder } = await pharmacist.get(
    'mutation Claim($input: ClaimOrderInput!) { claimOrder(input: $input) { ... on Claim { secret } ... on Refusal { code message } ... on RuleBlocked { rules { id outcome message } } } }',
    { input: { orderId } },
  );
  const now = graph.clock.now();
  const dispense = {
    ...{ orderId, secret: claimOrder.secret, lotNumber: 'TX-2611-0042', storage: 'REFRIGERATED', quantity: { value: '2.5', unit: 'mL' } },
    ...{ compoundedAt: now.toISOString(), beyondUseDate: new Date(now.getTime() + 5 * 86_400_000).toISOString().slice(0, 10) },
  };
  await pharmacist.get(
    'mutation Dispense($input: RecordDispenseInput!) { recordDispense(input: $input) { ... on Refusal { code message } ... on InvalidInput { issues { path message } } ... on RuleBlocked { rules { id outcome message } } } }',
    { input: dispense },
  );
  expect((await cancel(orderId)).status).toBe('SENT');
  expect(
    (await timeline(orderId)).map((event: { status: string; reason: string | null }) => `${event.status} ${event.reason ?? ''}`.trim()),
  ).toEqual([
    'DRAFT',
    'SIGNED',
    'SENT',
    'SENT CLAIMED',
    'SENT DISPENSED',
    'CANCEL_REQUESTED PRESCRIBER_CHANGED_PLAN',
    'SENT WITHDRAWAL_DENIED',
  ]);
});

test('answers a retry with the order as it is, and cancels once', async () => {
  const orderId = await desk.signed();
  const options = { idempotencyKey: 'cancel-1' };
  const variables = { input: { orderId, reason: 'PATIENT_REQUEST' } };
  const first = await desk.prescriber.get(cancelOrder, variables, options);
  expect(await desk.prescriber.get(cancelOrder, variables, options)).toEqual(first);
  expect((await timeline(orderId)).map((event: { status: string }) => event.status)).toEqual(['DRAFT', 'SIGNED', 'CANCELLED']);
});

test('is the prescriber’s to do', async () => {
  const orderId = await desk.signed();
  const asked = async (persona: string) =>
    (await (await graph.as(persona)).ask(cancelOrder, { input: { orderId, reason: 'PATIENT_REQUEST' } })).data.cancelOrder.code;
  expect([await asked('front-desk'), await asked('pharmacist'), await asked('mso-manager'), await asked('prescriber-b')]).toEqual([
    'FORBIDDEN',
    'FORBIDDEN',
    'FORBIDDEN',
    'NOT_FOUND',
  ]);
});
