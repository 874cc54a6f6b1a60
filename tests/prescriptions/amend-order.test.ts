import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromId } from '#kernel/ids.ts';
import { type Data, testGraph, type TestGraph } from '../support/graph.ts';
import { cancelOrder, type Desk, draftOrder, orderDesk, sendOrder, signOrder } from './order-desk.ts';
import { claimed, dispensed } from './order-supply.ts';

let graph: TestGraph;
let desk: Desk;
beforeAll(async () => {
  graph = await testGraph();
  desk = await orderDesk(graph);
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const amendOrder = `mutation AmendOrder($input: AmendOrderInput!) { amendOrder(input: $input) {
  __typename ... on Order { id status supersedes { id } priorRelation drug { sig refills quantity { value unit } } }
  ... on Refusal { code message } ... on RuleBlocked { rules { id outcome message remedy } } ... on InvalidInput { issues { path message } } } }`;
const amended = { sig: 'Inject 0.5 mg subcutaneously once a week' };

const amend = async (orderId: string, changes: object = amended): Promise<Data> =>
  (await desk.prescriber.ask(amendOrder, { input: { orderId, changes } })).data.amendOrder;
const sign = async (orderId: string): Promise<Data> => (await desk.prescriber.ask(signOrder, { input: { orderId } })).data.signOrder;
const send = async (orderId: string): Promise<Data> => (await desk.prescriber.ask(sendOrder, { input: { orderId } })).data.sendOrder;
const shown = async (id: string): Promise<Data> =>
  (
    await desk.prescriber.get(
      'query Shown($id: ID!) { order(id: $id) { id status supersedes { id } supersededBy { id } signature { documentDigest } timeline { status reason } } }',
      { id },
    )
  ).order;
const listed = async (): Promise<Data[]> => graph.sql('select digest, reason from prescriptions.cancelled_document order by at, digest');

test('amends a signed order: the draft names it, the signature supersedes it, and both are kept', async () => {
  const orderId = await desk.signed();
  const before = await shown(orderId);
  const draft = await amend(orderId);
  expect(draft).toEqual({
    __typename: 'Order',
    id: expect.stringMatching(/^ord_/),
    status: 'DRAFT',
    supersedes: { id: orderId },
    priorRelation: 'AMENDS',
    drug: { sig: 'Inject 0.5 mg subcutaneously once a week', refills: 1, quantity: { value: '2.5', unit: 'mL' } },
  });
  expect(await shown(orderId)).toEqual(before);
  expect((await sign(draft['id'])).status).toBe('SIGNED');
  const after = await shown(orderId);
  expect(after).toEqual({
    ...before,
    status: 'SUPERSEDED',
    supersededBy: { id: draft['id'] },
    timeline: [...before['timeline'], { status: 'SUPERSEDED', reason: 'AMENDED' }],
  });
  expect(await listed()).toContainEqual({ digest: before['signature'].documentDigest, reason: 'SUPERSEDED' });
  expect(await send(orderId)).toMatchObject({ code: 'ILLEGAL_TRANSITION', from: 'SUPERSEDED', to: 'SENT' });
  expect((await send(draft['id'])).status).toBe('SENT');
});

test('asks a sent order back when its amendment is signed, and sends the amendment in its place', async () => {
  const orderId = await desk.sent();
  const draft = await amend(orderId);
  expect((await shown(orderId))['status']).toBe('SENT');
  expect((await sign(draft['id'])).status).toBe('SIGNED');
  expect((await shown(orderId))['timeline'].slice(-2)).toEqual([
    { status: 'CANCEL_REQUESTED', reason: 'AMENDED' },
    { status: 'SUPERSEDED', reason: 'WITHDRAWAL_GRANTED' },
  ]);
  expect(await graph.sql('select status, reason from pharmacies.fulfillment where order_id = $1', [fromId('order', orderId)])).toEqual([
    { status: 'WITHDRAWN', reason: 'SUPERSEDED' },
  ]);
  expect((await send(draft['id'])).status).toBe('SENT');
});

test('does not amend an order a pharmacy works on, unless that pharmacy asked', async () => {
  const orderId = await desk.sent();
  await claimed(graph, orderId);
  expect(await amend(orderId)).toEqual({
    __typename: 'RuleBlocked',
    code: 'RULE_BLOCKED',
    message: expect.any(String),
    rules: [
      {
        id: 'order.replaces',
        outcome: 'FAIL',
        message: 'A pharmacy works on the order it amends and has asked for no change',
        remedy: 'Cancel that order, which asks the pharmacy to give it back, or wait until the pharmacy asks.',
      },
    ],
  });
});

test('refuses to sign an amendment of what a pharmacy has claimed since it was drafted', async () => {
  const orderId = await desk.sent();
  const draft = await amend(orderId);
  await claimed(graph, orderId);
  const refused = await sign(draft['id']);
  expect(refused['rules'].filter((rule: Data) => rule['outcome'] !== 'PASS').map((rule: Data) => rule['id'])).toEqual(['order.replaces']);
  expect((await shown(orderId))['status']).toBe('SENT');
});

test('a claim that the clinic has not heard of wins: the order stands, and its amendment is void', async () => {
  const orderId = await desk.sent();
  const draft = await amend(orderId);
  await claimed(graph, orderId);
  // As if the news were still on its way.
  await graph.sql('alter table prescriptions.order_event disable trigger all');
  await graph.sql(`update prescriptions.order_event set reason = 'ON_ITS_WAY' where order_id = $1 and reason = 'CLAIMED'`, [
    fromId('order', orderId),
  ]);
  await graph.sql('alter table prescriptions.order_event enable trigger all');
  expect((await sign(draft['id'])).status).toBe('SIGNED');
  expect(await shown(orderId)).toMatchObject({ status: 'SENT', supersededBy: null });
  expect((await shown(draft['id']))['timeline'].at(-1)).toEqual({ status: 'CANCELLED', reason: 'AMENDMENT_DENIED' });
  expect(await listed()).toContainEqual({ digest: (await shown(draft['id']))['signature'].documentDigest, reason: 'CANCELLED' });
});

test('keeps an amendment from going out until the pharmacy has given the order before it back', async () => {
  const orderId = await desk.sent();
  const draft = await amend(orderId);
  await graph.sql('revoke insert on pharmacies.hand_off_head from goodfaith_pharmacies');
  try {
    expect((await sign(draft['id'])).status).toBe('SIGNED');
    expect((await shown(orderId))['status']).toBe('CANCEL_REQUESTED');
    const refused = await send(draft['id']);
    expect(refused['rules'].filter((rule: Data) => rule['outcome'] !== 'PASS')).toMatchObject([
      { id: 'order.replaces', outcome: 'UNKNOWN', remedy: 'Wait for its answer.' },
    ]);
    // Whoever cancels the amendment now means that the order before it stands, which the pharmacy may just be giving back.
    const asked = { input: { orderId: draft['id'], reason: 'PRESCRIBER_CHANGED_PLAN' } };
    expect((await desk.prescriber.ask(cancelOrder, asked)).data.cancelOrder).toMatchObject({ code: 'RULE_BLOCKED' });
    expect(await amend(draft['id'])).toMatchObject({ code: 'RULE_BLOCKED', rules: [{ id: 'order.replaces', outcome: 'UNKNOWN' }] });
    await expect(
      graph.sql(`update prescriptions."order" set status = 'SENT', sent_at = now(), attempt = 1 where id = $1`, [
        fromId('order', draft['id']),
      ]),
    ).rejects.toThrow(/amends one that still stands/);
  } finally {
    await graph.sql('grant insert on pharmacies.hand_off_head to goodfaith_pharmacies');
  }
  await expect.poll(async () => (await shown(orderId))['status'], { timeout: 60_000, interval: 500 }).toBe('SUPERSEDED');
  expect((await send(draft['id'])).status).toBe('SENT');
});

test('refuses what was dispensed, completed or never signed', async () => {
  const dispensedId = await desk.sent();
  await dispensed(graph, dispensedId, 'TX-2611-0101');
  expect((await amend(dispensedId))['rules']).toMatchObject([{ id: 'order.replaces', message: 'The order it amends has been dispensed' }]);
  const draftId = (await desk.prescriber.get(draftOrder, { input: desk.input })).draftOrder.id;
  expect((await amend(draftId))['rules']).toMatchObject([{ id: 'order.replaces', message: 'The order it amends is DRAFT' }]);
});

test('has one amendment at a time, and another once that is cancelled', async () => {
  const orderId = await desk.signed();
  const first = await amend(orderId);
  expect(await amend(orderId)).toMatchObject({ code: 'CONFLICT' });
  await desk.prescriber.get(cancelOrder, { input: { orderId: first['id'], reason: 'PRESCRIBER_CHANGED_PLAN' } });
  const second = await amend(orderId);
  expect(second).toMatchObject({ __typename: 'Order', supersedes: { id: orderId } });
});

test('names the field of a change that is wrong', async () => {
  const orderId = await desk.signed();
  expect(await amend(orderId, { quantity: { value: '0', unit: 'mL' } })).toMatchObject({
    code: 'INVALID_INPUT',
    issues: [{ path: 'input.changes.quantity.value' }],
  });
  expect(
    (await amend(orderId, { clinicalDifference: { statement: 'Another one.', findingId: 'fnd_01h455vb4pex5vsknk084sn02q' } }))['issues'],
  ).toEqual([{ path: 'input.changes.clinicalDifference.findingId', message: 'The exam has no such finding.' }]);
});

test('is for the prescribers of the clinic', async () => {
  const orderId = await desk.signed();
  const asked = async (persona: string) =>
    (await (await graph.as(persona)).ask(amendOrder, { input: { orderId, changes: amended } })).data.amendOrder.code;
  expect([await asked('front-desk'), await asked('pharmacist'), await asked('mso-manager'), await asked('prescriber-b')]).toEqual([
    'FORBIDDEN',
    'FORBIDDEN',
    'FORBIDDEN',
    'NOT_FOUND',
  ]);
});
