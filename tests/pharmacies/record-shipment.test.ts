import { afterAll, beforeAll, expect, test } from 'vitest';
import { claim, DISPENSE, supplyGraph, type SupplyGraph } from './supply-graph.ts';
import { public_ } from './supply-world.ts';

let graph: SupplyGraph;
let orders = 0;
function next(): number {
  orders += 1;
  return orders;
}
beforeAll(async () => {
  graph = await supplyGraph('2026-12-02T18:00:00Z');
});
afterAll(() => graph[Symbol.asyncDispose]());

const SHIP = `mutation RecordShipment($input: RecordShipmentInput!) {
  recordShipment(input: $input) {
    __typename
    ... on Shipment { id carrier trackingNumber shippedAt }
    ... on Refusal { code message }
    ... on InvalidInput { issues { path message } }
    ... on RuleBlocked { rules { id outcome message citation remedy } }
  }
}`;

async function dispensed(lotNumber: string): Promise<{ orderId: string; secret: string }> {
  const orderId = await graph.arrived(next());
  const secret = await claim(graph, orderId);
  const input = {
    orderId,
    secret,
    lotNumber,
    compoundedAt: '2026-12-02T15:00:00Z',
    beyondUseDate: '2026-12-12',
    storage: 'REFRIGERATED',
    quantity: { value: '2.5', unit: 'mL' },
  };
  const { data } = await graph.pharmacist.ask(DISPENSE, { input });
  if (data.recordDispense.__typename !== 'Dispense') throw new Error(JSON.stringify(data));
  return { orderId, secret };
}

const parcel = (held: { orderId: string; secret: string }, over: Record<string, unknown> = {}) => ({
  input: { ...held, carrier: 'UPS', trackingNumber: '1Z999AA10123456784', coldChain: true, ...over },
});

test('a technician ships what a pharmacist dispensed, and the clinic sees it', async () => {
  const held = await dispensed('A-1');
  const { data, errors } = await graph.technician.ask(SHIP, parcel(held));
  expect({ data, errors }).toEqual({
    errors: [],
    data: {
      recordShipment: {
        __typename: 'Shipment',
        id: expect.stringMatching(/^shp_/),
        carrier: 'UPS',
        trackingNumber: '1Z999AA10123456784',
        shippedAt: expect.any(String),
      },
    },
  });
  const TRACK =
    'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Order { fulfillment { status shippedAt lot { number } pharmacy { name } } } } }';
  const track = { r: [{ __typename: 'Order', id: held.orderId }] };
  expect((await graph.frontDesk.ask(TRACK, track)).data._entities).toEqual([
    {
      fulfillment: {
        status: 'SHIPPED',
        shippedAt: data.recordShipment.shippedAt,
        lot: { number: 'A-1' },
        pharmacy: { name: 'Pecan Street Compounding' },
      },
    },
  ]);
  expect((await graph.otherDesk.ask(TRACK, track)).data._entities).toEqual([{ fulfillment: null }]);
  expect((await graph.otherPharmacist.ask(TRACK, track)).data._entities).toEqual([{ fulfillment: null }]);
  expect((await graph.mso.ask(TRACK, track)).errors).toEqual(['_entities.0.fulfillment FORBIDDEN']);
  expect(graph.handedBack.filter((told) => told.orderId === held.orderId).map((told) => told.kind)).toEqual([
    'CLAIMED',
    'DISPENSED',
    'SHIPPED',
  ]);
});

test('what is kept cold must travel cold', async () => {
  const held = await dispensed('A-2');
  const { data } = await graph.pharmacist.ask(SHIP, parcel(held, { coldChain: false }));
  expect(data.recordShipment).toMatchObject({
    __typename: 'InvalidInput',
    issues: [{ path: 'input.coldChain', message: 'The preparation is kept REFRIGERATED: it has to travel cold.' }],
  });
});

test('a licence that lapsed since the claim blocks', async () => {
  const held = await dispensed('A-3');
  await graph.sql(`update pharmacy_license set expires_on = '2026-12-01' where state = 'TX' and kind = 'PHARMACY'`);
  const { data } = await graph.pharmacist.ask(SHIP, parcel(held));
  await graph.sql(`update pharmacy_license set expires_on = '2027-12-31' where state = 'TX' and kind = 'PHARMACY'`);
  expect(data.recordShipment.rules.filter((rule: { outcome: string }) => rule.outcome !== 'PASS')).toEqual([
    {
      id: 'licence.pharmacy',
      outcome: 'FAIL',
      message: "The pharmacy's pharmacy licence in TX expired on 2026-12-01",
      citation: null,
      remedy: 'Renew the pharmacy licence.',
    },
  ]);
});

test('a lot recalled since it was dispensed does not leave', async () => {
  const held = await dispensed('A-4');
  await graph.pharmacist.ask('mutation ($input: StartRecallInput!) { startRecall(input: $input) { __typename } }', {
    input: { pharmacyId: public_.pharmacy, lotNumbers: ['A-4'], class: 'II', reason: 'Sub-potent' },
  });
  const { data } = await graph.pharmacist.ask(SHIP, parcel(held));
  expect(data.recordShipment.rules.filter((rule: { outcome: string }) => rule.outcome !== 'PASS')).toEqual([
    { id: 'lot.notRecalled', outcome: 'FAIL', message: 'Lot A-4 is recalled', citation: null, remedy: 'Use another lot.' },
  ]);
  const RETURN = 'mutation ($input: ReturnOrderInput!) { returnOrder(input: $input) { ... on Fulfillment { status reason } } }';
  expect((await graph.pharmacist.ask(RETURN, { input: { ...held, reason: 'LOT_RECALLED' } })).data.returnOrder).toEqual({
    status: 'RETURNED',
    reason: 'LOT_RECALLED',
  });
});

test('not before it was dispensed, not twice, not without the claim, not with nonsense', async () => {
  const held = await dispensed('A-5');
  expect((await graph.pharmacist.ask(SHIP, parcel({ ...held, secret: 'x' }))).data.recordShipment.code).toBe('CLAIM_REQUIRED');
  expect((await graph.pharmacist.ask(SHIP, parcel(held, { carrier: ' ' }))).data.recordShipment.issues).toEqual([
    { path: 'input.carrier', message: 'Name the carrier.' },
  ]);
  expect((await graph.pharmacist.ask(SHIP, parcel(held))).data.recordShipment.__typename).toBe('Shipment');
  expect((await graph.pharmacist.ask(SHIP, parcel(held))).data.recordShipment).toMatchObject({ code: 'ILLEGAL_TRANSITION' });
  const orderId = await graph.arrived(next());
  const early = { orderId, secret: await claim(graph, orderId) };
  expect((await graph.pharmacist.ask(SHIP, parcel(early))).data.recordShipment).toMatchObject({ code: 'ILLEGAL_TRANSITION' });
});

test('a parcel goes where its order goes: a label with another ZIP code is refused, as is one that cannot be held against it', async () => {
  const held = await dispensed('ZIP-1');
  const issues = async (over: Record<string, unknown>) => (await graph.technician.ask(SHIP, parcel(held, over))).data.recordShipment.issues;
  const path = 'input.shipToPostalCode';
  const elsewhere = { path, message: 'The order goes to 78704, and a parcel of it nowhere else.' };
  for (const shipToPostalCode of ['78701', '78705-1234']) expect(await issues({ shipToPostalCode })).toEqual([elsewhere]);
  expect(await issues({ shipToPostalCode: '10001', shipToState: 'NY' })).toEqual([
    { path: 'input.shipToState', message: 'The order goes to TX, and a parcel of it nowhere else.' },
    elsewhere,
  ]);
  expect((await issues({ shipToPostalCode: 'Austin' }))[0].path).toBe(path);
  const told = graph.answers['OrderShipTo'];
  graph.answers['OrderShipTo'] = () => ({ orderShipToFacts: null });
  expect(await issues({ shipToPostalCode: '78704' })).toEqual([{ path, message: 'Where the order goes is not known now: try again.' }]);
  if (told !== undefined) graph.answers['OrderShipTo'] = told;
  const { data } = await graph.technician.ask(SHIP, parcel(held, { shipToPostalCode: '78704', shipToState: 'TX' }));
  expect(data.recordShipment.__typename).toBe('Shipment');
  // The address is nowhere in what is kept of the move.
  const kept = await graph.sql('select 1 from fulfillment_decision where facts::text like $1', ['%78704%']);
  expect(kept).toEqual([]);
});
