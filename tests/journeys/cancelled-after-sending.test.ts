import { afterAll, beforeAll, expect, test } from 'vitest';
import { contractDocuments } from '../../gateway/journey/documents.ts';
import { type Desk, orderDesk } from '../prescriptions/order-desk.ts';
import { claimed, dispensed } from '../prescriptions/order-supply.ts';
import { type Asker, type Data, testGraph, type TestGraph } from '../support/graph.ts';

/** A prescriber takes back what was sent: before it is dispensed the pharmacy gives it back, afterwards it does not, and the prescriber sees which. */
let graph: TestGraph;
let desk: Desk;
let pharmacist: Asker;
let documents: ReadonlyMap<string, string>;
beforeAll(async () => {
  graph = await testGraph();
  desk = await orderDesk(graph);
  pharmacist = await graph.as('pharmacist');
  documents = await contractDocuments();
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const cancel = async (orderId: string): Promise<Data> =>
  (await desk.prescriber.get(documents.get('CancelOrder') ?? '', { input: { orderId, reason: 'PATIENT_REQUEST' } })).cancelOrder;
const seen = async (id: string): Promise<Data> =>
  (
    await desk.prescriber.get(
      'query Seen($id: ID!) { order(id: $id) { status timeline { status reason actor { displayName } } signature { documentDigest } } }',
      { id },
    )
  ).order;
const verdict = async (id: string): Promise<Data> => {
  const { verifyOrder } = await pharmacist.get('query ($id: ID!) { verifyOrder(orderId: $id) { verdict checks { code outcome } } }', {
    id,
  });
  return {
    verdict: verifyOrder.verdict,
    open: verifyOrder.checks.filter(({ outcome }: Data) => outcome !== 'PASS').map(({ code }: Data) => code),
  };
};
const cancelledDigests = async (): Promise<string[]> => {
  const { orderStatusList } = await pharmacist.get('{ orderStatusList }');
  const list: { cancelled: { digest: string }[] } = JSON.parse(Buffer.from(orderStatusList.split('.')[1], 'base64url').toString());
  return list.cancelled.map(({ digest }) => digest);
};

const prescriber = { displayName: 'Marisol Quintero, MD' };
const pharmacy = { displayName: 'Pecan Grove Compounding' };

test('before it is dispensed the pharmacy gives it back, even claimed: it is cancelled, on the status list, and filled by nobody', async () => {
  const orderId = await desk.sent();
  await claimed(graph, orderId);
  expect(await cancel(orderId)).toEqual({ __typename: 'Order', id: orderId, status: 'CANCELLED' });
  const order = await seen(orderId);
  expect(order['timeline'].slice(-3)).toEqual([
    { status: 'SENT', reason: 'CLAIMED', actor: pharmacy },
    { status: 'CANCEL_REQUESTED', reason: 'PATIENT_REQUEST', actor: prescriber },
    { status: 'CANCELLED', reason: 'WITHDRAWAL_GRANTED', actor: pharmacy },
  ]);
  expect(await cancelledDigests()).toContain(order['signature'].documentDigest);
  const told = await verdict(orderId);
  expect(told).toEqual({ verdict: 'NOT_VERIFIED', open: ['NOT_CANCELLED'] });
  await expect(dispensed(graph, orderId, 'CS-1')).rejects.toThrow(/What is withdrawn cannot be claimed/);
});

test('once it is dispensed the pharmacy keeps it: the prescriber sees the refusal, and it goes on its way', async () => {
  const orderId = await desk.sent();
  await dispensed(graph, orderId, 'CS-2');
  const before = await seen(orderId);
  expect(await cancel(orderId)).toEqual({ __typename: 'Order', id: orderId, status: 'SENT' });
  const after = await seen(orderId);
  expect(after).toEqual({
    ...before,
    timeline: [
      ...before['timeline'],
      { status: 'CANCEL_REQUESTED', reason: 'PATIENT_REQUEST', actor: prescriber },
      { status: 'SENT', reason: 'WITHDRAWAL_DENIED', actor: pharmacy },
    ],
  });
  expect(await cancelledDigests()).not.toContain(after['signature'].documentDigest);
});
