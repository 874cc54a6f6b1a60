import { afterAll, beforeAll, expect, test } from 'vitest';
import { START, start } from './recalled-world.ts';
import { claim, DISPENSE, supplyGraph, type SupplyGraph } from './supply-graph.ts';

let graph: SupplyGraph;
let orders = 0;
beforeAll(async () => {
  graph = await supplyGraph('2026-12-02T18:00:00Z');
});
afterAll(() => graph?.[Symbol.asyncDispose]());

interface Held {
  readonly orderId: string;
  readonly secret: string;
}
interface Rule {
  readonly id: string;
  readonly outcome: string;
  readonly message: string;
}

async function claimed(): Promise<Held> {
  orders += 1;
  const orderId = await graph.arrived(orders);
  return { orderId, secret: await claim(graph, orderId) };
}

const said = (answer: { __typename: string; code?: string; rules?: Rule[] }): string => {
  const stops = (answer.rules ?? []).filter(({ outcome }) => outcome !== 'PASS').map(({ id, message }) => `${id}: ${message}`);
  return stops.join('; ') || (answer.code ?? answer.__typename);
};

async function part(held: Held, lotNumber: string, value: string, partial = true): Promise<string> {
  const made = { compoundedAt: '2026-12-02T15:00:00Z', beyondUseDate: '2026-12-12', storage: 'REFRIGERATED' };
  const input = { ...held, ...made, lotNumber, quantity: { value, unit: 'mL' }, partial };
  return said((await graph.pharmacist.ask(DISPENSE, { input })).data.recordDispense);
}

async function ship(held: Held): Promise<string> {
  const document =
    'mutation ($input: RecordShipmentInput!) { recordShipment(input: $input) { __typename ... on Refusal { code message } ... on RuleBlocked { rules { id outcome message } } } }';
  const parcel = { carrier: 'UPS', trackingNumber: '1Z999AA10123456784', coldChain: true };
  return said((await graph.pharmacist.ask(document, { input: { ...held, ...parcel } })).data.recordShipment);
}

async function recalled(lotNumber: string): Promise<string[]> {
  const { id } = (await graph.pharmacist.ask(START, start([lotNumber]))).data.startRecall;
  return (await reachedBy(id)).orders;
}

async function reachedBy(id: string) {
  const document = `query ($id: ID!) { recall(id: $id) { affected { orders clinics patients } effectiveness { patientsOpen }
    patients { nodes { patient { id } } } fulfillments { nodes { order { id } } } } }`;
  const { affected, effectiveness, patients, fulfillments } = (await graph.pharmacist.ask(document, { id })).data.recall;
  const orders: string[] = fulfillments.nodes.map(({ order }: { order: { id: string } }) => order.id);
  return { affected, open: effectiveness.patientsOpen, patients: patients.nodes.length, orders };
}

test('of a fill in parts that has not left, one part from a recalled lot holds back all of it; it goes back to the clinic', async () => {
  const held = await claimed();
  expect([await part(held, 'PART-A', '1'), await part(held, 'PART-B', '1')]).toEqual(['Dispense', 'Dispense']);
  const { id } = (await graph.pharmacist.ask(START, start(['PART-A']))).data.startRecall;
  expect(await reachedBy(id)).toEqual({ affected: { orders: 1, clinics: 1, patients: 1 }, open: 1, patients: 1, orders: [held.orderId] });
  expect(await part(held, 'PART-A', '0.5', false)).toBe('lot.notRecalled: Lot PART-A is recalled');
  expect(await ship(held)).toBe('lot.notRecalled: Lot PART-A is recalled');
  // What is still to be handed out may come from another lot, and yet nothing leaves with the bad part in it.
  expect(await part(held, 'PART-B', '0.5', false)).toBe('Dispense');
  expect(await ship(held)).toBe('lot.notRecalled: Lot PART-A is recalled');
  const back = 'mutation ($input: ReturnOrderInput!) { returnOrder(input: $input) { ... on Fulfillment { status reason } } }';
  expect((await graph.pharmacist.ask(back, { input: { ...held, reason: 'LOT_RECALLED' } })).data.returnOrder).toEqual({
    ...{ status: 'RETURNED', reason: 'LOT_RECALLED' },
  });
  // Nobody got any of it, so nobody is looked for.
  expect(await reachedBy(id)).toEqual({ affected: { orders: 0, clinics: 0, patients: 0 }, open: 0, patients: 0, orders: [] });
});

test('of one whose first part has left, the rest stays open: from another lot, not from the recalled one', async () => {
  const held = await claimed();
  expect([await part(held, 'PART-C', '1'), await ship(held)]).toEqual(['Dispense', 'Shipment']);
  expect(await recalled('PART-C')).toEqual([held.orderId]);
  expect(await part(held, 'PART-C', '1.5', false)).toBe('lot.notRecalled: Lot PART-C is recalled');
  expect(await part(held, 'PART-D', '1.5', false)).toBe('Dispense');
  expect(await graph.statusOf(held.orderId)).toBe('SHIPPED');
  // The later part is found by its own lot.
  expect(await recalled('PART-D')).toEqual([held.orderId]);
});

test('a part from a recalled lot is found although the last part, which the fill is known by, was of another', async () => {
  const held = await claimed();
  expect([await part(held, 'PART-E', '1'), await part(held, 'PART-F', '1.5', false)]).toEqual(['Dispense', 'Dispense']);
  expect([await recalled('PART-F'), await recalled('PART-E')]).toEqual([[held.orderId], [held.orderId]]);
});
