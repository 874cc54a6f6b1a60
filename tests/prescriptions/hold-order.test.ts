import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Data, testGraph, type TestGraph } from '../support/graph.ts';
import { cancelOrder, type Desk, orderDesk, signOrder } from './order-desk.ts';
import { claimed, dispensed, dispenseInput, recordDispense, recordShipment } from './order-supply.ts';

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
