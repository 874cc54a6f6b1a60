import { afterAll, beforeAll, expect, test } from 'vitest';
import { START, start } from './recalled-world.ts';
import { claim, DISPENSE, supplyGraph, type SupplyGraph } from './supply-graph.ts';
import { public_ } from './supply-world.ts';

let graph: SupplyGraph;
let orders = 0;
beforeAll(async () => {
  graph = await supplyGraph('2026-12-02T18:00:00Z');
});
afterAll(() => graph[Symbol.asyncDispose]());

const refusals =
  '... on Refusal { code message } ... on InvalidInput { issues { path message } } ... on RuleBlocked { rules { id outcome message } }';
const SHIP = `mutation ($input: RecordShipmentInput!) { recordShipment(input: $input) { ... on Shipment { id status parcel mayBeUsed } ${refusals} } }`;
const OUTCOME = `mutation ($input: RecordShipmentOutcomeInput!) { recordShipmentOutcome(input: $input) { ... on Shipment { status mayBeUsed } ${refusals} } }`;
const WARM = `mutation ($input: RecordExcursionInput!) { recordExcursion(input: $input) { ... on TemperatureExcursion { id decision } ${refusals} } }`;
const DECIDE = `mutation ($input: DecideExcursionInput!) { decideExcursion(input: $input) { ... on TemperatureExcursion { decision basis } ${refusals} } }`;
const AGAIN = `mutation ($input: ReshipOrderInput!) { reshipOrder(input: $input) { ... on Shipment { id status parcel replacementLot { number } } ${refusals} } }`;
const SEEN = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Order { fulfillment { shipments { status mayBeUsed parcel } } } } }`;

interface Held {
  readonly orderId: string;
  readonly secret: string;
}

async function dispensed(lotNumber: string): Promise<Held> {
  orders += 1;
  const orderId = await graph.arrived(orders);
  const secret = await claim(graph, orderId);
  const input = {
    ...{ orderId, secret, lotNumber, compoundedAt: '2026-12-02T15:00:00Z', beyondUseDate: '2026-12-12', storage: 'REFRIGERATED' },
    quantity: { value: '2.5', unit: 'mL' },
  };
  const { data } = await graph.pharmacist.ask(DISPENSE, { input });
  expect(data.recordDispense.__typename).toBe('Dispense');
  return { orderId, secret };
}

const parcel = { carrier: 'UPS', trackingNumber: '1Z999AA10123456784', coldChain: true };
async function shipped(lotNumber: string): Promise<Held & { shipmentId: string }> {
  const held = await dispensed(lotNumber);
  const { data } = await graph.technician.ask(SHIP, { input: { ...held, ...parcel, shipToState: 'TX' } });
  expect(data.recordShipment).toEqual({ id: expect.any(String), status: 'IN_TRANSIT', parcel: 1, mayBeUsed: true });
  return { ...held, shipmentId: data.recordShipment.id };
}
const again = (held: Held, over: Record<string, unknown> = {}) => ({
  input: {
    ...{ orderId: held.orderId, secret: held.secret },
    ...parcel,
    lotNumber: 'S-9',
    quantity: { value: '2.5', unit: 'mL' },
    ...over,
  },
});
const seen = async (who: SupplyGraph['frontDesk'], orderId: string) =>
  (await who.ask(SEEN, { r: [{ __typename: 'Order', id: orderId }] })).data._entities[0].fulfillment?.shipments ?? null;
const reading = { lowestCelsius: '4.0', highestCelsius: '21.5', minutes: 300, source: 'CLINIC' };

test('a parcel for another state than the order’s does not leave', async () => {
  const held = await dispensed('S-1');
  expect((await graph.technician.ask(SHIP, { input: { ...held, ...parcel, shipToState: 'FL' } })).data.recordShipment.issues).toEqual([
    { path: 'input.shipToState', message: 'The order goes to TX, and a parcel of it nowhere else.' },
  ]);
});

test('what was too warm is not used until a pharmacist has said so, once', async () => {
  const { orderId, shipmentId } = await shipped('S-2');
  const at = graph.clock.now().toISOString();
  expect((await graph.frontDesk.ask(OUTCOME, { input: { shipmentId, outcome: 'DELIVERED', at } })).data.recordShipmentOutcome).toEqual({
    status: 'DELIVERED',
    mayBeUsed: true,
  });
  expect((await graph.frontDesk.ask(WARM, { input: { shipmentId, ...reading, lowestCelsius: '30' } })).data.recordExcursion.issues).toEqual(
    ['input.lowestCelsius', 'input.highestCelsius'].map((path) => ({ path, message: 'The coldest is not warmer than the warmest.' })),
  );
  for (const [who, code] of [
    [graph.otherDesk, 'NOT_FOUND'],
    [graph.otherPharmacist, 'NOT_FOUND'],
    [graph.mso, 'FORBIDDEN'],
  ] as const)
    expect((await who.ask(WARM, { input: { shipmentId, ...reading } })).data.recordExcursion.code).toBe(code);
  const { id } = (await graph.frontDesk.ask(WARM, { input: { shipmentId, ...reading } })).data.recordExcursion;
  expect(await seen(graph.frontDesk, orderId)).toEqual([{ status: 'DELIVERED', mayBeUsed: false, parcel: 1 }]);
  const decision = { excursionId: id, decision: 'USE', basis: 'Stability study 14: 72 hours below 25 degrees.' };
  expect((await graph.frontDesk.ask(DECIDE, { input: decision })).data.decideExcursion.code).toBe('FORBIDDEN');
  expect((await graph.technician.ask(DECIDE, { input: decision })).data.decideExcursion.code).toBe('FORBIDDEN');
  expect((await graph.otherPharmacist.ask(DECIDE, { input: decision })).data.decideExcursion.code).toBe('NOT_FOUND');
  expect((await graph.pharmacist.ask(DECIDE, { input: decision })).data.decideExcursion).toEqual({
    decision: 'USE',
    basis: decision.basis,
  });
  expect((await graph.pharmacist.ask(DECIDE, { input: { ...decision, decision: 'DISCARD' } })).data.decideExcursion.code).toBe(
    'ILLEGAL_TRANSITION',
  );
  expect(await seen(graph.frontDesk, orderId)).toEqual([{ status: 'DELIVERED', mayBeUsed: true, parcel: 1 }]);
});

test('what spoiled or was lost is sent again once, from a lot on record, and a recall of that lot finds it', async () => {
  const held = await shipped('S-3');
  await dispensed('S-9');
  expect((await graph.pharmacist.ask(AGAIN, again(held))).data.reshipOrder.code).toBe('ILLEGAL_TRANSITION');
  const { id } = (await graph.technician.ask(WARM, { input: { shipmentId: held.shipmentId, ...reading, source: 'LOGGER' } })).data
    .recordExcursion;
  await graph.pharmacist.ask(DECIDE, { input: { excursionId: id, decision: 'DISCARD', basis: 'Warmer than any study has looked at.' } });
  const issueOf = async (over: Record<string, unknown>) => (await graph.pharmacist.ask(AGAIN, again(held, over))).data.reshipOrder.issues;
  expect(await issueOf({ lotNumber: 'S-404' })).toEqual([{ path: 'input.lotNumber', message: 'No lot S-404 is on record.' }]);
  expect(await issueOf({ quantity: { value: '2.6', unit: 'mL' } })).toEqual([
    { path: 'input.quantity.value', message: 'Only 2.5 mL were dispensed: no more is sent again.' },
  ]);
  expect((await graph.technician.ask(AGAIN, again(held))).data.reshipOrder.code).toBe('FORBIDDEN');
  const both = await Promise.all([graph.pharmacist.ask(AGAIN, again(held)), graph.pharmacist.ask(AGAIN, again(held))]);
  expect(both.map(({ data }) => data.reshipOrder.code ?? data.reshipOrder.parcel).toSorted()).toEqual([2, 'ILLEGAL_TRANSITION']);
  expect(await seen(graph.frontDesk, held.orderId)).toEqual([
    { status: 'SPOILED', mayBeUsed: false, parcel: 1 },
    { status: 'IN_TRANSIT', mayBeUsed: true, parcel: 2 },
  ]);
  const recalled = (await graph.pharmacist.ask(START, start(['S-9']))).data.startRecall;
  expect(recalled.affected).toEqual({ orders: 2, clinics: 1, patients: 2 });
  const parcels = await graph.sql<{ id: string }>('select id from shipment where parcel = 2');
  expect(parcels).toHaveLength(1);
  const at = graph.clock.now().toISOString();
  const REACH = 'query ($id: ID!) { recall(id: $id) { fulfillments { nodes { shipments { id parcel } } } } }';
  const reached = (await graph.pharmacist.ask(REACH, { id: recalled.id })).data.recall.fulfillments.nodes;
  const last = reached
    .flatMap(({ shipments }: { shipments: { id: string; parcel: number }[] }) => shipments)
    .find((one: { parcel: number }) => one.parcel === 2);
  await graph.technician.ask(OUTCOME, { input: { shipmentId: last.id, outcome: 'LOST', at } });
  const blocked = (await graph.pharmacist.ask(AGAIN, again(held))).data.reshipOrder.rules;
  expect(blocked.filter(({ outcome }: { outcome: string }) => outcome !== 'PASS').map(({ id: rule }: { id: string }) => rule)).toEqual([
    'lot.notRecalled',
  ]);
  expect((await graph.pharmacist.ask(AGAIN, again(held, { lotNumber: 'S-3' }))).data.reshipOrder).toMatchObject({
    parcel: 3,
    replacementLot: { number: 'S-3' },
  });
});

test('the share that leaves the state is counted by the month, beside the limit, for the pharmacy alone', async () => {
  const SHARE = `query ($pharmacyId: ID!, $from: String!, $to: String!) { interstateShare(pharmacyId: $pharmacyId, from: $from, to: $to) {
    limit { maxPercent citation statusConfidence } months { month orders outOfState percent overLimit } } }`;
  const asked = { pharmacyId: public_.pharmacy, from: '2026-11', to: '2026-12' };
  const [before] = (await graph.pharmacist.ask(SHARE, asked)).data.interstateShare.months.slice(-1);
  expect(before).toMatchObject({ month: '2026-12', outOfState: 0, percent: 0, overLimit: false });
  await graph.sql(
    `update fulfillment set ship_to_state = 'FL' where id = (select id from fulfillment where dispensed_at is not null limit 1)`,
  );
  expect((await graph.technician.ask(SHARE, asked)).data.interstateShare).toEqual({
    limit: { maxPercent: 5, citation: '21 USC 353a(b)(3)(B)', statusConfidence: 'uncertain' },
    months: [
      { month: '2026-11', orders: 0, outOfState: 0, percent: null, overLimit: false },
      { month: '2026-12', orders: before.orders, outOfState: 1, percent: 100 / before.orders, overLimit: true },
    ],
  });
  expect((await graph.otherPharmacist.ask(SHARE, asked)).errors).toEqual(['interstateShare NOT_FOUND']);
  expect((await graph.frontDesk.ask(SHARE, asked)).errors).toEqual(['interstateShare FORBIDDEN']);
  expect((await graph.pharmacist.ask(SHARE, { ...asked, from: '2026-13' })).errors).toEqual(['interstateShare INVALID_INPUT']);
});
