import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromId } from '#kernel/ids.ts';
import { formulated, lotMade, made, RELEASE } from './compounding-room.ts';
import { claim, DISPENSE, supplyGraph, type SupplyGraph } from './supply-graph.ts';

const PREPARE = `mutation Prepare($input: PrepareFillInput!) {
  prepareFill(input: $input) { __typename ... on FillPreparation { part lot { number } } ... on Refusal { code message } ... on InvalidInput { issues { path message } } }
}`;
const NOT_DISPENSED = `mutation NotDispensed($input: RecordNotDispensedInput!) {
  recordNotDispensed(input: $input) {
    __typename
    ... on NotDispensed { reason note fulfillment { status reason dispenses { part complete quantity { value unit } } } }
    ... on Refusal { code message } ... on InvalidInput { issues { path message } }
  }
}`;

let graph: SupplyGraph;
let formulationId: string;
let orders = 0;
beforeAll(async () => {
  graph = await supplyGraph('2026-12-02T18:00:00Z');
  formulationId = await formulated(graph);
});
afterAll(() => graph[Symbol.asyncDispose]());

async function claimed(): Promise<{ orderId: string; secret: string }> {
  orders += 1;
  const orderId = await graph.arrived(orders);
  return { orderId, secret: await claim(graph, orderId) };
}

const entry = (held: { orderId: string; secret: string }, value: string, over: Record<string, unknown> = {}) => ({
  ...{ ...held, lotNumber: 'PARTS-1', compoundedAt: '2026-12-02T15:00:00Z', beyondUseDate: '2026-12-12', storage: 'REFRIGERATED' },
  ...{ quantity: { value, unit: 'mL' }, ...over },
});

interface Rule {
  readonly id: string;
  readonly outcome: string;
  readonly message: string;
}
async function dispense(input: Record<string, unknown>): Promise<string> {
  const { recordDispense } = (await graph.pharmacist.ask(DISPENSE, { input })).data;
  const stops = ((recordDispense.rules ?? []) as Rule[]).filter(({ outcome }) => outcome !== 'PASS');
  return stops.length > 0
    ? stops.map(({ id, message }) => `${id}: ${message}`).join('; ')
    : (recordDispense.code ?? recordDispense.__typename);
}

test('a fill goes out in parts, together not more than was ordered', async () => {
  const held = await claimed();
  expect(await dispense(entry(held, '1', { partial: true }))).toBe('Dispense');
  expect(await dispense(entry(held, '2', { partial: true }))).toBe(
    'dispense.quantity: 2 mL is more than is left of the 2.5 mL ordered, of which 1 mL were handed out before',
  );
  expect(await dispense(entry(held, '500', { partial: true, quantity: { value: '500', unit: 'uL' } }))).toBe('Dispense');
  expect(await dispense(entry(held, '1'))).toBe('Dispense');
  expect(await dispense(entry(held, '0.1'))).toBe('ILLEGAL_TRANSITION');
  const rows = await graph.sql('select part, complete, quantity_value::float as value from dispense where order_id = $1 order by part', [
    fromId('order', held.orderId),
  ]);
  expect(rows).toEqual([
    { part: 1, complete: false, value: 1 },
    { part: 2, complete: false, value: 500 },
    { part: 3, complete: true, value: 1 },
  ]);
  // The clinic's order is dispensed once.
  expect(graph.handedBack.filter(({ orderId }) => orderId === held.orderId).map(({ kind }) => kind)).toEqual(['CLAIMED', 'DISPENSED']);
});

test('more than was ordered is refused, and so is an amount that cannot be compared', async () => {
  const held = await claimed();
  expect(await dispense(entry(held, '2.6'))).toBe('dispense.quantity: 2.6 mL is more than is left of the 2.5 mL ordered');
  expect(await dispense(entry(held, '1', { quantity: { value: '1', unit: '{vial}' } }))).toBe(
    'dispense.quantity: 1 {vial} cannot be compared with the 2.5 mL ordered',
  );
  expect(await graph.statusOf(held.orderId)).toBe('CLAIMED');
});

test('parts at one moment never come to more than was ordered', async () => {
  const held = await claimed();
  const answers = await Promise.all(Array.from({ length: 6 }, () => dispense(entry(held, '1', { partial: true }))));
  expect(answers.filter((answer) => answer === 'Dispense')).toHaveLength(2);
});

test('the rest of a fill is given up with a reason, and nothing of it follows', async () => {
  const held = await claimed();
  await dispense(entry(held, '1', { partial: true }));
  const { data } = await graph.pharmacist.ask(NOT_DISPENSED, { input: { ...held, reason: 'PATIENT_DECLINED' } });
  expect(data.recordNotDispensed).toEqual({
    ...{ __typename: 'NotDispensed', reason: 'PATIENT_DECLINED', note: null },
    fulfillment: { status: 'DISPENSED', reason: null, dispenses: [{ part: 1, complete: false, quantity: { value: '1', unit: 'mL' } }] },
  });
  expect(await dispense(entry(held, '1'))).toBe('ILLEGAL_TRANSITION');
  const again = await graph.pharmacist.ask(NOT_DISPENSED, { input: { ...held, reason: 'PATIENT_DECLINED' } });
  expect(again.data.recordNotDispensed.code).toBe('ILLEGAL_TRANSITION');
});

test('what is not dispensed at all goes back to the clinic; another reason needs words', async () => {
  const held = await claimed();
  const wordless = await graph.pharmacist.ask(NOT_DISPENSED, { input: { ...held, reason: 'OTHER' } });
  expect(wordless.data.recordNotDispensed.issues).toEqual([{ path: 'input.note', message: 'Say what the other reason is.' }]);
  const { data } = await graph.pharmacist.ask(NOT_DISPENSED, { input: { ...held, reason: 'LOT_UNUSABLE', note: 'Particles' } });
  expect(data.recordNotDispensed).toEqual({
    ...{ __typename: 'NotDispensed', reason: 'LOT_UNUSABLE', note: 'Particles' },
    fulfillment: { status: 'RETURNED', reason: 'LOT_UNUSABLE', dispenses: [] },
  });
  const foreign = await graph.otherPharmacist.ask(NOT_DISPENSED, { input: { ...held, reason: 'PATIENT_DECLINED' } });
  expect(foreign.data.recordNotDispensed.code).toBe('NOT_FOUND');
});

test('whoever put a fill together does not check it, and what is handed out is what was put together', async () => {
  const lotId = await made(graph, lotMade(formulationId, 'MADE-1', { yield: { value: '3', unit: 'mL' } }));
  await graph.pharmacist.ask(RELEASE, { input: { lotId, decision: 'RELEASED' } });
  const fromLot = { lotNumber: 'MADE-1', beyondUseDate: '2027-01-05' };
  const own = await claimed();
  const input = { ...own, lotNumber: 'made-1', quantity: { value: '2.5', unit: 'mL' } };
  expect((await graph.pharmacist.ask(PREPARE, { input })).data.prepareFill).toEqual({
    ...{ __typename: 'FillPreparation', part: 1, lot: { number: 'MADE-1' } },
  });
  expect(await dispense(entry(own, '2.5', fromLot))).toBe('dispense.finalCheck: Whoever put the fill together cannot check it too');
  // Put together again by the technician: the newest record counts.
  await graph.technician.ask(PREPARE, { input });
  const other = await graph.pharmacist.ask(DISPENSE, { input: entry(own, '2.5', { lotNumber: 'PARTS-1' }) });
  expect(other.data.recordDispense.issues).toEqual([{ path: 'input.lotNumber', message: 'The fill was put together from lot MADE-1.' }]);
  expect(await dispense(entry(own, '2.5', fromLot))).toBe('Dispense');
  // Half a millilitre is left of the three that were made.
  const next = await claimed();
  expect(await dispense(entry(next, '1', fromLot))).toBe('lot.quantityLeft: Of the lot 0.5 mL are left');
});

test('a fill is put together from a released lot of its own item, with the claim', async () => {
  const held = await claimed();
  await made(graph, lotMade(formulationId, 'QUIET-1'));
  const ask = async (over: Record<string, unknown>) =>
    (await graph.technician.ask(PREPARE, { input: { ...held, lotNumber: 'NONE-1', quantity: { value: '1', unit: 'mL' }, ...over } })).data
      .prepareFill;
  expect((await ask({})).issues).toEqual([{ path: 'input.lotNumber', message: 'No lot NONE-1 is on record.' }]);
  expect((await ask({ lotNumber: 'QUIET-1' })).issues).toEqual([{ path: 'input.lotNumber', message: 'Lot QUIET-1 is QUARANTINED.' }]);
  expect((await ask({ secret: 'x' })).code).toBe('CLAIM_REQUIRED');
});

test('an order that cannot be read is not dispensed', async () => {
  const held = await claimed();
  const told = graph.answers['OrderAtPharmacy'];
  graph.answers['OrderAtPharmacy'] = () => null;
  try {
    expect(await dispense(entry(held, '1'))).toBe('dispense.quantity: How much was ordered and handed out could not be read');
  } finally {
    if (told) graph.answers['OrderAtPharmacy'] = told;
    else delete graph.answers['OrderAtPharmacy'];
  }
});
