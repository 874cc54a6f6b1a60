import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { signAsk } from '#kernel/ask.ts';
import { makeProof } from '#kernel/hop.ts';
import { fromId, toId } from '#kernel/ids.ts';
import { deriveKey, signingPairOf } from '#kernel/keys.ts';
import { type Data, testGraph, type TestGraph } from '../support/graph.ts';
import { type Desk, orderDesk, sendOrder } from './order-desk.ts';

let graph: TestGraph;
let desk: Desk;
beforeAll(async () => {
  graph = await testGraph();
  desk = await orderDesk(graph);
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const document = `mutation HandBack($input: ReceiveFulfillmentHandOffInput!) { receiveFulfillmentHandOff(input: $input) { outcome status } }`;

/** As `pharmacies` does by its own right. */
async function tell(input: object): Promise<Data> {
  const key = signingPairOf(graph.secrets.pharmacies, 'ask').privateKey;
  const token = await signAsk(key, { service: 'pharmacies', as: 'service', user: null, document, nowMs: Date.now() });
  const [authorization, requestId, body] = [`Bearer ${token}`, randomUUID(), JSON.stringify({ query: document, variables: { input } })];
  const proof = makeProof(
    deriveKey(graph.secrets.prescriptions, 'hop'),
    { subgraph: 'prescriptions', requestId, authorization, body },
    Date.now(),
  );
  const headers = { authorization, requestId, proof, idempotencyKey: undefined };
  const result = await graph.running.prescriptions.execute({
    body,
    query: document,
    variables: { input },
    operationName: undefined,
    headers,
  });
  const { data, errors } = JSON.parse(JSON.stringify(result));
  return data?.receiveFulfillmentHandOff ?? errors[0].extensions.code;
}

async function newsOf(orderId: string) {
  const [row] = await graph.sql<{ pharmacy_id: string }>('select pharmacy_id from prescriptions."order" where id = $1', [
    fromId('order', orderId),
  ]);
  const fixed = {
    orderId,
    pharmacyId: toId('pharmacy', row?.pharmacy_id ?? ''),
    fulfillmentId: toId('fulfillment', randomUUID()),
    at: '2026-12-02T15:00:00Z',
  };
  return (seq: number, kind: string, more: object = {}) => tell({ ...fixed, seq, attempt: 1, kind, ...more });
}

const shown = async (id: string) =>
  (
    await desk.prescriber.get('query Story($id: ID!) { order(id: $id) { status timeline { status reason actor { displayName } } } }', {
      id,
    })
  ).order;

test('follows the fulfillment to its end, and every step stands in the timeline under the pharmacy’s name', async () => {
  const orderId = await desk.sent();
  const news = await newsOf(orderId);
  expect([await news(1, 'CLAIMED'), await news(2, 'DISPENSED', { lotNumber: 'TX-2611-0042' }), await news(3, 'SHIPPED')]).toEqual([
    { outcome: 'APPLIED', status: 'SENT' },
    { outcome: 'APPLIED', status: 'SENT' },
    { outcome: 'APPLIED', status: 'COMPLETED' },
  ]);
  const by = { displayName: 'Pecan Grove Compounding' };
  expect((await shown(orderId)).timeline.slice(-3)).toEqual([
    { status: 'SENT', reason: 'CLAIMED', actor: by },
    { status: 'SENT', reason: 'DISPENSED', actor: by },
    { status: 'COMPLETED', reason: 'SHIPPED', actor: by },
  ]);
});

test('comes back SIGNED when it is returned or rejected, and can be sent again; late news of the first sending changes nothing', async () => {
  const orderId = await desk.sent();
  const news = await newsOf(orderId);
  expect(await news(1, 'REJECTED', { reason: 'ILLEGIBLE_OR_INCOMPLETE' })).toEqual({ outcome: 'APPLIED', status: 'SIGNED' });
  expect((await shown(orderId)).timeline.at(-1)).toMatchObject({ status: 'SIGNED', reason: 'REJECTED: ILLEGIBLE_OR_INCOMPLETE' });
  await graph.sql(`update pharmacies.fulfillment set status = 'REJECTED', closed_at = now() where order_id = $1`, [
    fromId('order', orderId),
  ]);
  expect((await desk.prescriber.get(sendOrder, { input: { orderId } })).sendOrder.status).toBe('SENT');
  expect(await graph.sql('select attempt, sent_seq from prescriptions."order" where id = $1', [fromId('order', orderId)])).toEqual([
    { attempt: 2, sent_seq: 2 },
  ]);
  expect(await news(2, 'SHIPPED', { attempt: 1 })).toEqual({ outcome: 'IGNORED', status: 'SENT' });
  expect(await news(3, 'SHIPPED', { attempt: 2, pharmacyId: toId('pharmacy', randomUUID()) })).toEqual({
    outcome: 'IGNORED',
    status: 'SENT',
  });
  expect(await news(4, 'SHIPPED', { attempt: 2 })).toEqual({ outcome: 'APPLIED', status: 'COMPLETED' });
});

test('does nothing twice, and takes nothing out of turn', async () => {
  const orderId = await desk.sent();
  const news = await newsOf(orderId);
  const first = await Promise.all(Array.from({ length: 5 }, () => news(2, 'CLAIMED')));
  expect(first).toEqual(Array.from({ length: 5 }, () => ({ outcome: 'APPLIED', status: 'SENT' })));
  expect(await news(1, 'RETURNED', { reason: 'OUT_OF_STOCK' })).toEqual({ outcome: 'SUPERSEDED', status: 'SENT' });
  expect(await news(1, 'SHIPPED')).toEqual({ outcome: 'SUPERSEDED', status: 'SENT' });
  expect((await shown(orderId)).timeline.map((event: { reason: string | null }) => event.reason)).toEqual([null, null, null, 'CLAIMED']);
});

test('a shipment that crossed a cancellation decides it', async () => {
  const orderId = await desk.sent();
  const news = await newsOf(orderId);
  await graph.sql('revoke insert on pharmacies.hand_off_head from goodfaith_pharmacies');
  try {
    await desk.prescriber.get('mutation C($input: CancelOrderInput!) { cancelOrder(input: $input) { ... on Refusal { code } } }', {
      input: { orderId, reason: 'PATIENT_REQUEST' },
    });
    expect(await news(1, 'RETURNED', { reason: 'OUT_OF_STOCK' })).toEqual({ outcome: 'APPLIED', status: 'CANCEL_REQUESTED' });
    expect(await news(2, 'SHIPPED')).toEqual({ outcome: 'APPLIED', status: 'COMPLETED' });
  } finally {
    await graph.sql('grant insert on pharmacies.hand_off_head to goodfaith_pharmacies');
  }
});

test('is for a subgraph alone, and unknown orders are refused', async () => {
  const orderId = await desk.sent();
  const input = {
    orderId,
    seq: 1,
    attempt: 1,
    kind: 'SHIPPED',
    pharmacyId: toId('pharmacy', randomUUID()),
    fulfillmentId: toId('fulfillment', randomUUID()),
    at: '2026-12-02T15:00:00Z',
  };
  for (const persona of ['pharmacist', 'prescriber', 'mso-manager']) {
    expect((await (await graph.as(persona)).ask(document, { input })).errors[0]?.code).toBe('FORBIDDEN');
  }
  expect(await tell({ ...input, orderId: toId('order', randomUUID()) })).toBe('NOT_FOUND');
});
