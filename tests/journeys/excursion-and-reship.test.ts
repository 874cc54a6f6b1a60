import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromId } from '#kernel/ids.ts';
import { austin, type Desk, orderDesk } from '../prescriptions/order-desk.ts';
import { dispensed, recordShipment } from '../prescriptions/order-supply.ts';
import { type Asker, type Data, testGraph, type TestGraph } from '../support/graph.ts';
import { DECIDE, OUTCOME, refusals, WARM } from './parcel-verbs.ts';

/**
 * A parcel arrives too warm. The clinic says so, a pharmacist discards it, the pharmacy sends another one, which is lost, and a third arrives.
 * The prescriber sees all of it on the order, and that it waits for its pharmacy while nothing is on its way.
 */
let graph: TestGraph;
let desk: Desk;
let pharmacist: Asker;
let frontDesk: Asker;
let orderId: string;
let secret: string;
const parcels: string[] = [];
beforeAll(async () => {
  graph = await testGraph();
  desk = await orderDesk(graph);
  pharmacist = await graph.as('pharmacist', { stepUp: true });
  frontDesk = await graph.as('front-desk');
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const AGAIN = `mutation ($input: ReshipOrderInput!) { reshipOrder(input: $input) { ... on Shipment { id status parcel } ${refusals} } }`;
const SEEN =
  'query ($id: ID!) { order(id: $id) { status parcels { shipmentId status mayBeUsed } fulfillment { shipments { id status mayBeUsed } } } }';

const answerOf = async (who: Asker, document: string, input: object): Promise<Data> =>
  Object.values((await who.ask(document, { input })).data ?? {})[0] as Data;
const seen = async (): Promise<Data> => (await desk.prescriber.get(SEEN, { id: orderId })).order;
const waits = async (): Promise<Data[]> => {
  const asked = `query ($clinicId: ID!) { attention(clinicId: $clinicId, first: 50) { nodes { kind orderId role verbs } } }`;
  const { attention } = await desk.prescriber.get(asked, { clinicId: austin });
  return attention.nodes.filter((item: Data) => item['orderId'] === orderId);
};
const travelling = { carrier: 'UPS', trackingNumber: '1Z999AA10123456784', coldChain: true };
const again = (over: Data = {}): Data => ({
  ...{ orderId, secret, lotNumber: 'RESHIP-1', quantity: { value: '2.5', unit: 'mL' }, ...travelling, ...over },
});
const reading = { lowestCelsius: '3.5', highestCelsius: '24.0', minutes: 400, source: 'CLINIC' };
const gone = { kind: 'PARCEL_GONE', orderId: expect.any(String), role: 'PHARMACIST', verbs: ['reshipOrder', 'renewOrder'] };

test('a parcel leaves, and the order shows it on its way', async () => {
  orderId = await desk.sent();
  secret = await dispensed(graph, orderId, 'RESHIP-1');
  await pharmacist.get(recordShipment, { input: { orderId, secret, ...travelling } });
  const order = await seen();
  expect(order).toMatchObject({ status: 'COMPLETED', parcels: [{ status: 'IN_TRANSIT', mayBeUsed: true }] });
  expect(order['parcels'][0].shipmentId).toBe(order['fulfillment'].shipments[0].id);
  parcels.push(order['parcels'][0].shipmentId);
});

test('it arrives too warm: from the clinic’s word on nothing of it may be used, as the order says too', async () => {
  const at = graph.clock.now().toISOString();
  expect(await answerOf(frontDesk, OUTCOME, { shipmentId: parcels[0], outcome: 'DELIVERED', at })).toEqual({
    status: 'DELIVERED',
    mayBeUsed: true,
  });
  const excursion = await answerOf(frontDesk, WARM, { shipmentId: parcels[0], ...reading });
  expect((await seen())['parcels']).toEqual([{ shipmentId: parcels[0], status: 'DELIVERED', mayBeUsed: false }]);
  expect(await waits()).toEqual([]);
  const decision = { excursionId: excursion['id'], decision: 'DISCARD', basis: 'Above what the stability data allow.' };
  expect(await answerOf(pharmacist, DECIDE, decision)).toEqual({ decision: 'DISCARD' });
  expect((await seen())['parcels']).toEqual([{ shipmentId: parcels[0], status: 'SPOILED', mayBeUsed: false }]);
  expect(await waits()).toEqual([gone]);
});

test('the pharmacy sends it again, that one is lost, and the third arrives: nobody waits any more', async () => {
  expect(await answerOf(frontDesk, AGAIN, again())).toMatchObject({ code: 'FORBIDDEN' });
  expect(await answerOf(pharmacist, AGAIN, again({ shipToPostalCode: '10001' }))).toMatchObject({
    issues: [{ path: 'input.shipToPostalCode', message: 'The order goes to 78704, and a parcel of it nowhere else.' }],
  });
  const second = await answerOf(pharmacist, AGAIN, again({ shipToPostalCode: '78704-1111', shipToState: 'TX' }));
  expect(second).toEqual({ id: expect.any(String), status: 'IN_TRANSIT', parcel: 2 });
  expect(await waits()).toEqual([]);
  const at = graph.clock.now().toISOString();
  await answerOf(pharmacist, OUTCOME, { shipmentId: second['id'], outcome: 'LOST', at });
  expect(await waits()).toEqual([gone]);
  expect(await answerOf(pharmacist, AGAIN, again({ shipmentId: parcels[0] }))).toMatchObject({
    issues: [{ path: 'input.shipmentId', message: 'This parcel was replaced already: name the one that replaced it.' }],
  });
  const third = await answerOf(pharmacist, AGAIN, again({ shipmentId: second['id'] }));
  expect(third).toMatchObject({ parcel: 3 });
  await answerOf(frontDesk, OUTCOME, { shipmentId: third['id'], outcome: 'DELIVERED', at: graph.clock.now().toISOString() });
  parcels.push(second['id'], third['id']);
  expect((await seen())['parcels']).toEqual([
    { shipmentId: parcels[0], status: 'SPOILED', mayBeUsed: false },
    { shipmentId: parcels[1], status: 'LOST', mayBeUsed: false },
    { shipmentId: parcels[2], status: 'DELIVERED', mayBeUsed: true },
  ]);
  expect(await waits()).toEqual([]);
});

test('a parcel of an earlier fill is sent again although the next fill has left', async () => {
  // As if the order had been completed long enough ago for its next fill.
  await graph.sql(`update prescriptions."order" set status_since = status_since - interval '28 days' where id = $1`, [
    fromId('order', orderId),
  ]);
  await desk.prescriber.get(
    'mutation ($input: RefillOrderInput!) { refillOrder(input: $input) { ... on Order { status } ... on Refusal { code message } } }',
    { input: { orderId } },
  );
  const next = await dispensed(graph, orderId, 'RESHIP-2');
  await pharmacist.get(recordShipment, { input: { orderId, secret: next, ...travelling } });
  const excursion = await answerOf(frontDesk, WARM, { shipmentId: parcels[2], ...reading });
  await answerOf(pharmacist, DECIDE, { excursionId: excursion['id'], decision: 'DISCARD', basis: 'Found too late, and too warm.' });
  const over = { shipmentId: parcels[2], lotNumber: 'RESHIP-2' };
  expect((await answerOf(pharmacist, AGAIN, again({ ...over, secret: next })))['code']).toBe('CLAIM_REQUIRED');
  const replaced = await answerOf(pharmacist, AGAIN, again(over));
  expect(replaced).toMatchObject({ status: 'IN_TRANSIT', parcel: 4 });
  const standing = (await seen())['parcels'].map(({ status }: Data) => status);
  expect(standing).toEqual(['SPOILED', 'LOST', 'SPOILED', 'IN_TRANSIT', 'IN_TRANSIT']);
});

test('what was told names no patient but in the trail, and stays as it was told', async () => {
  const told = await graph.sql<{ kind: string }>(
    `select payload ->> 'kind' as kind from pharmacies.outbox_event where topic = 'fulfillment' and key = $1 and payload ->> 'shipmentId' is not null order by seq`,
    [fromId('order', orderId)],
  );
  expect(told.map(({ kind }) => kind)).toEqual(
    'SHIPPED DELIVERED EXCURSION SPOILED RESHIPPED LOST RESHIPPED DELIVERED SHIPPED EXCURSION SPOILED RESHIPPED'.split(' '),
  );
  const kept = await graph.sql<{ kind: string }>('select kind from prescriptions.parcel_news where order_id = $1 order by seq', [
    fromId('order', orderId),
  ]);
  expect(kept).toEqual(told);
});
