import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromId } from '#kernel/ids.ts';
import { type Data, testGraph, type TestGraph } from '../support/graph.ts';
import { cancelOrder, type Desk, orderDesk, sendOrder, signOrder } from './order-desk.ts';
import { claimed, dispensed, dispenseInput, recordDispense, recordShipment, shipped } from './order-supply.ts';

let graph: TestGraph;
let desk: Desk;
beforeAll(async () => {
  graph = await testGraph();
  desk = await orderDesk(graph);
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const holdOrder = `mutation Hold($input: HoldOrderInput!) { holdOrder(input: $input) {
  __typename ... on Order { safetyHolds { id reason } } ... on Refusal { code message } } }`;
const releaseHold = `mutation Release($input: ReleaseHoldInput!) { releaseHold(input: $input) {
  __typename ... on SafetyHold { id reason liftedAt } ... on Refusal { code message } ... on RuleBlocked { rules { id outcome message } } } }`;

const hold = async (orderId: string, reason = 'CLINICAL_CONCERN', persona = 'prescriber'): Promise<Data> =>
  (await (await graph.as(persona)).ask(holdOrder, { input: { orderId, reason, note: 'A new result is being looked at.' } })).data.holdOrder;
const release = async (holdId: string, persona: string): Promise<Data> =>
  (await (await graph.as(persona, { stepUp: true })).ask(releaseHold, { input: { holdId, note: 'The result was normal.' } })).data
    .releaseHold;
const blocked = (refused: Data): string[] =>
  refused['rules'].filter((rule: Data) => rule['outcome'] !== 'PASS').map((rule: Data) => rule['id']);

test('a held draft is not signed, and a director lifts what a prescriber held for safety', async () => {
  const orderId = await desk.draft();
  const held = await hold(orderId);
  expect(held).toEqual({ __typename: 'Order', safetyHolds: [{ id: expect.stringMatching(/^sfh_/), reason: 'CLINICAL_CONCERN' }] });
  const holdId = held['safetyHolds'][0].id;
  const sign = async () => (await desk.prescriber.ask(signOrder, { input: { orderId } })).data.signOrder;
  expect(blocked(await sign())).toEqual(['safety.hold']);
  expect(await release(holdId, 'prescriber')).toMatchObject({ rules: [{ id: 'safety.release', outcome: 'FAIL' }] });
  expect(await release(holdId, 'director')).toMatchObject({ __typename: 'SafetyHold', id: holdId, liftedAt: expect.any(String) });
  expect(await release(holdId, 'director')).toMatchObject({ code: 'ILLEGAL_TRANSITION' });
  expect((await sign()).status).toBe('SIGNED');
});

test('a hold placed after the claim stops dispensing, and one placed after dispensing stops shipping', async () => {
  const pharmacist = await graph.as('pharmacist');
  const first = await desk.sent();
  const secret = await claimed(graph, first);
  const waiting = (await hold(first, 'RESULT_PENDING'))['safetyHolds'][0].id;
  const dispense = async () =>
    (await pharmacist.ask(recordDispense, { input: dispenseInput(graph, first, secret, 'TX-2611-0301') })).data.recordDispense;
  expect(blocked(await dispense())).toEqual(['safety.hold']);
  expect((await release(waiting, 'prescriber'))['__typename']).toBe('SafetyHold');
  expect((await dispense())['__typename']).toBe('Dispense');

  const second = await desk.sent();
  const input = {
    ...{ orderId: second, secret: await dispensed(graph, second, 'TX-2611-0302') },
    ...{ carrier: 'UPS', trackingNumber: '1Z999AA10123456784', coldChain: true },
  };
  await hold(second, 'ADVERSE_EVENT', 'director');
  expect(blocked((await pharmacist.ask(recordShipment, { input })).data.recordShipment)).toEqual(['safety.hold']);
});

test('a hold is not walked round by amending or renewing the order: what follows it is held until it is released', async () => {
  const draftAfter = async (verb: string, orderId: string): Promise<string> => {
    const name = `${verb.charAt(0).toUpperCase()}${verb.slice(1)}Input`;
    const ask = `mutation($input: ${name}!) { ${verb}(input: $input) { ... on Order { id } ... on Refusal { code message } } }`;
    return (await desk.prescriber.get(ask, { input: { orderId, changes: { refills: 0 } } }))[verb].id;
  };
  const sign = async (orderId: string) => (await desk.prescriber.ask(signOrder, { input: { orderId } })).data.signOrder;
  const sent = await desk.sent();
  const holdId = (await hold(sent))['safetyHolds'][0].id;
  const amendment = await draftAfter('amendOrder', sent);
  expect(blocked(await sign(amendment))).toEqual(['safety.hold']);
  const { order } = await desk.prescriber.get('query($id: ID!) { order(id: $id) { safetyHolds { id } } }', { id: amendment });
  expect(order.safetyHolds).toEqual([{ id: holdId }]);
  await release(holdId, 'director');
  expect((await sign(amendment)).status).toBe('SIGNED');

  const completed = await desk.sent();
  await shipped(graph, completed, 'TX-2611-0303');
  const renewal = await draftAfter('renewOrder', completed);
  expect((await sign(renewal)).status).toBe('SIGNED');
  const again = await draftAfter('amendOrder', renewal);
  const first = (await hold(completed, 'ADVERSE_EVENT'))['safetyHolds'][0].id;
  expect(blocked(await sign(again))).toEqual(['safety.hold']);
  expect(blocked((await desk.prescriber.ask(sendOrder, { input: { orderId: renewal } })).data.sendOrder)).toEqual(['safety.hold']);
  await release(first, 'director');
  expect((await sign(again)).status).toBe('SIGNED');

  // A hold of an exam that was taken back stays with the order that stands on it: another exam carries the renewal.
  await graph.sql(
    `insert into prescriptions.safety_hold (id, clinic_id, patient_id, order_id, reason, placed_at, placed_by)
     select gen_random_uuid(), clinic_id, patient_id, id, 'EXAM_REVOKED', now(), 'test' from prescriptions."order" where id = $1`,
    [fromId('order', completed)],
  );
  expect((await desk.prescriber.ask(sendOrder, { input: { orderId: again } })).data.sendOrder.status).toBe('SENT');
});

test('whoever placed a hold for safety does not lift it, and nothing that is over is held', async () => {
  const orderId = await desk.signed();
  const holdId = (await hold(orderId, 'IDENTITY_QUESTION', 'director'))['safetyHolds'][0].id;
  expect(await release(holdId, 'director')).toMatchObject({
    rules: [{ id: 'safety.release', message: 'Whoever placed a hold for safety does not lift it' }],
  });
  await desk.prescriber.get(cancelOrder, { input: { orderId, reason: 'PATIENT_REQUEST' } });
  expect(await hold(orderId)).toMatchObject({ code: 'ILLEGAL_TRANSITION' });
  expect([
    (await hold(orderId, 'CLINICAL_CONCERN', 'front-desk'))['code'],
    (await hold(orderId, 'CLINICAL_CONCERN', 'prescriber-b'))['code'],
  ]).toEqual(['FORBIDDEN', 'NOT_FOUND']);
});
