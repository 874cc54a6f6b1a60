import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromId } from '#kernel/ids.ts';
import { type Data, testGraph, type TestGraph } from '../support/graph.ts';
import { type Desk, orderDesk, sendOrder, signOrder } from './order-desk.ts';
import { shipped } from './order-supply.ts';

let graph: TestGraph;
let desk: Desk;
beforeAll(async () => {
  graph = await testGraph();
  desk = await orderDesk(graph);
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const answer = `__typename ... on Order { id status fill fillsRemaining nextFillFrom supersedes { id } priorRelation } ... on Refusal { code message }
  ... on RuleBlocked { rules { id outcome message remedy } } ... on IllegalTransition { from to }`;
const refill = async (orderId: string): Promise<Data> =>
  (
    await desk.prescriber.ask(`mutation Refill($input: RefillOrderInput!) { refillOrder(input: $input) { ${answer} } }`, {
      input: { orderId },
    })
  ).data.refillOrder;
const renew = async (orderId: string): Promise<Data> =>
  (
    await desk.prescriber.ask(`mutation Renew($input: RenewOrderInput!) { renewOrder(input: $input) { ${answer} } }`, {
      input: { orderId },
    })
  ).data.renewOrder;
const blocked = (refused: Data): Data[] => refused['rules'].filter((rule: Data) => rule['outcome'] !== 'PASS');
const shown = async (id: string): Promise<Data> =>
  (await desk.prescriber.get('query Shown($id: ID!) { order(id: $id) { status fill fillsRemaining nextFillFrom } }', { id })).order;

/** As if the order had been completed so many days earlier. */
const completedDaysAgo = (orderId: string, days: number) =>
  graph.sql(`update prescriptions."order" set status_since = status_since - make_interval(days => $2) where id = $1`, [
    fromId('order', orderId),
    days,
  ]);

test('fills an order again when its supply is nearly used, as often as was ordered', async () => {
  const orderId = await desk.sent();
  expect(await shown(orderId)).toEqual({ status: 'SENT', fill: 1, fillsRemaining: 2, nextFillFrom: null });
  await shipped(graph, orderId, 'TX-2611-0201');
  const today = graph.clock.now().toISOString().slice(0, 10);
  const in21Days = new Date(Date.parse(today) + 21 * 86_400_000).toISOString().slice(0, 10);
  expect(await shown(orderId)).toEqual({ status: 'COMPLETED', fill: 1, fillsRemaining: 1, nextFillFrom: in21Days });
  expect(blocked(await refill(orderId))).toEqual([
    {
      id: 'refill.due',
      outcome: 'FAIL',
      message: `The last supply of ${today} is not nearly used: the next may be filled from ${in21Days} on`,
      remedy: `Wait until ${in21Days}.`,
    },
  ]);
  await completedDaysAgo(orderId, 21);
  expect(await refill(orderId)).toMatchObject({ __typename: 'Order', status: 'SENT', fill: 2, fillsRemaining: 1, nextFillFrom: null });
  await shipped(graph, orderId, 'TX-2611-0205');
  expect(
    await graph.sql('select attempt, fill, status from pharmacies.fulfillment where order_id = $1 order by attempt', [
      fromId('order', orderId),
    ]),
  ).toEqual([
    { attempt: 1, fill: 1, status: 'SHIPPED' },
    { attempt: 2, fill: 2, status: 'SHIPPED' },
  ]);
  await completedDaysAgo(orderId, 28);
  expect(blocked(await refill(orderId))).toMatchObject([{ id: 'refill.left', outcome: 'FAIL', remedy: 'Renew the order.' }]);
});

test('does not send a completed order as if it were a new one, nor refill one that is not completed', async () => {
  const orderId = await desk.sent();
  expect(await refill(orderId)).toMatchObject({ code: 'ILLEGAL_TRANSITION', from: 'SENT', to: 'SENT' });
  await shipped(graph, orderId, 'TX-2611-0202');
  expect((await desk.prescriber.ask(sendOrder, { input: { orderId } })).data.sendOrder).toMatchObject({
    code: 'ILLEGAL_TRANSITION',
    from: 'COMPLETED',
    to: 'SENT',
  });
  await expect(graph.sql(`update prescriptions."order" set status = 'SENT' where id = $1`, [fromId('order', orderId)])).rejects.toThrow(
    /has been filled/,
  );
});

test('renews a completed order, which ends the fills that are left', async () => {
  const orderId = await desk.sent();
  expect(blocked(await renew(orderId))).toMatchObject([{ id: 'order.replaces', outcome: 'FAIL' }]);
  await shipped(graph, orderId, 'TX-2611-0203');
  const draft = await renew(orderId);
  expect(draft).toMatchObject({ __typename: 'Order', status: 'DRAFT', supersedes: { id: orderId }, priorRelation: 'RENEWS' });
  expect((await desk.prescriber.ask(signOrder, { input: { orderId: draft['id'] } })).data.signOrder.status).toBe('SIGNED');
  await completedDaysAgo(orderId, 28);
  expect(blocked(await refill(orderId))).toMatchObject([
    { id: 'order.duplicateTherapy', outcome: 'FAIL' },
    { id: 'refill.notRenewed', outcome: 'FAIL' },
  ]);
  expect(await renew(orderId)).toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('sign or cancel it first') });
  expect((await desk.prescriber.ask(sendOrder, { input: { orderId: draft['id'] } })).data.sendOrder.status).toBe('SENT');
  expect(await renew(orderId)).toMatchObject({
    code: 'CONFLICT',
    message: `${orderId} was renewed as ${draft['id']}: amend that one, or renew it once it is completed.`,
  });
});

test('asks every gate again: an exam that was revoked carries no refill', async () => {
  const own = await orderDesk(graph);
  const orderId = await own.sent();
  await shipped(graph, orderId, 'TX-2611-0204');
  await completedDaysAgo(orderId, 28);
  await graph.sql('alter table prescriptions.good_faith_exam disable trigger all');
  await graph.sql(`update prescriptions.good_faith_exam set revoked_at = now(), revoked_reason = 'HEALTH_CHANGED' where id = $1`, [
    fromId('exam', own.examId),
  ]);
  await graph.sql('alter table prescriptions.good_faith_exam enable trigger all');
  const ids = blocked(await refill(orderId)).map((rule) => rule['id']);
  expect(ids).toContain('exam.standing');
  expect((await shown(orderId))['status']).toBe('COMPLETED');
});
