import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { contractDocuments } from '../../gateway/journey/documents.ts';
import { type Desk, orderDesk } from '../prescriptions/order-desk.ts';
import { type Asker, type Data, testGraph, type TestGraph } from '../support/graph.ts';

/**
 * A pharmacist claims an order and the answer is lost on the way: the same pharmacy gets the same claim again, a colleague's
 * retry with the key of the first as well, another pharmacy nothing. Then the pharmacy falls silent, and the order goes back.
 */
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

const claimAs = async (who: Asker, orderId: string, idempotencyKey?: string): Promise<Data> =>
  (await who.ask(documents.get('ClaimOrder') ?? '', { input: { orderId } }, idempotencyKey === undefined ? {} : { idempotencyKey })).data
    .claimOrder;

test('a lost answer is fetched again by the same pharmacy, and by nobody else', async () => {
  const orderId = await desk.sent();
  const key = randomUUID();
  const lost = await claimAs(pharmacist, orderId, key);
  expect(lost).toMatchObject({ __typename: 'Claim', fulfillment: { status: 'CLAIMED' } });
  expect(await claimAs(pharmacist, orderId, key)).toEqual(lost);
  expect(await claimAs(pharmacist, orderId)).toEqual(lost);
  expect(await claimAs(await graph.as('pharmacist-b'), orderId)).toMatchObject({ __typename: 'NotFound' });
});

test('whoever falls silent loses the claim: the clinic reads why, and may send the order again', async () => {
  const orderId = await desk.sent();
  const { secret } = await claimAs(pharmacist, orderId);
  const before = graph.clock.now();
  graph.clock.set(new Date(before.getTime() + 14 * 86_400_000));
  const job = randomUUID();
  await graph.sql(`select pharmacies.enqueue('end-silent-claims', $1)`, [job]);
  const seen = async (): Promise<Data> =>
    (
      await desk.prescriber.get('query ($id: ID!) { order(id: $id) { status timeline { status reason } fulfillment { status reason } } }', {
        id: orderId,
      })
    ).order;
  await vi.waitFor(async () => expect((await seen()).status).toBe('SIGNED'), { timeout: 60_000, interval: 200 });
  const order = await seen();
  expect(order.fulfillment).toEqual({ status: 'RETURNED', reason: 'TIMED_OUT' });
  expect(order.timeline.at(-1)).toEqual({ status: 'SIGNED', reason: 'RETURNED: TIMED_OUT' });
  graph.clock.set(before);
  await desk.prescriber.get(documents.get('SendOrder') ?? '', { input: { orderId } });
  const again = await claimAs(pharmacist, orderId);
  expect(again.__typename).toBe('Claim');
  expect(again.secret).not.toBe(secret);
});
