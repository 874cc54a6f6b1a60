import { afterAll, beforeAll, expect, test } from 'vitest';
import { contractDocuments } from '../../gateway/journey/documents.ts';
import { type Desk, draftOrder, orderDesk, sendOrder, signOrder } from '../prescriptions/order-desk.ts';
import { type Asker, type Data, type TestGraph, testGraph } from '../support/graph.ts';

/**
 * Titration over three months: three steps of four weeks, each a fill of its own, drafted as data, signed as one document, sent, verified and
 * dispensed. What would not last for every step is refused before anybody signs it.
 */
let graph: TestGraph;
let desk: Desk;
let pharmacist: Asker;
let documents: ReadonlyMap<string, string>;
let orderId = '';

beforeAll(async () => {
  graph = await testGraph();
  desk = await orderDesk(graph);
  pharmacist = await graph.as('pharmacist');
  documents = await contractDocuments();
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const step = (value: string, more: object = { duration: { value: '4', unit: 'wk' } }) => ({
  amount: { value, unit: 'mg' },
  timing: { frequency: 1, period: 1, periodUnit: 'WEEK' },
  ...more,
});
const titration = [step('0.25'), step('0.5'), step('1')];
const input = (changes: object = {}) => ({ ...desk.input, sig: undefined, dosage: titration, refills: 2, ...changes });
const issues = async (changes: object): Promise<Data> =>
  (await desk.prescriber.ask(draftOrder, { input: input(changes) })).data.draftOrder.issues?.map(({ path, message }: Data) => [
    path,
    message,
  ]);
const told = (operation: string, variables: object) => pharmacist.get(documents.get(operation) ?? '', { ...variables });

const directions =
  'Step 1: Inject 0.25 mg (0.1 mL) subcutaneously once a week for 4 weeks. Step 2: Inject 0.5 mg (0.2 mL) subcutaneously once a week for 4 weeks. Step 3: Inject 1 mg (0.4 mL) subcutaneously once a week for 4 weeks.';

test('a supply that does not last for the last step, or does not reach it, is refused by its path', async () => {
  expect(await issues({ quantity: { value: '1', unit: 'mL' } })).toEqual([
    ['input.quantity.value', '1 mL is less than the 1.6 mL that the doses of 28 days take.'],
  ]);
  expect(await issues({ refills: 1 })).toEqual([
    ['input.daysSupply', 'Step 3 begins after the 56 days that are supplied, refills included.'],
  ]);
  expect(await issues({ refills: 3 })).toEqual([
    ['input.daysSupply', 'The directions end after 84 days, and the supply with its refills lasts 112.'],
  ]);
  expect(await issues({ sig: 'Inject 2.5 mg once a week', sigOverrideReason: 'Shorter' })).toEqual([
    ['input.sig', 'The sig has one step, and the dosage 3 steps.'],
  ]);
});

test('the three steps are drafted as data, and the directions follow from them', async () => {
  orderId = (await desk.prescriber.get(draftOrder, { input: input() })).draftOrder.id;
  const { order } = await desk.prescriber.get(
    `query Drafted($id: ID!) { order(id: $id) { drug { sig sigOverridden dosage { sequence amount { value unit } prepared { value unit } duration { value unit } } }
      eligibility { decision rules { id outcome } } } }`,
    { id: orderId },
  );
  const dosed = (sequence: number, mg: string, mL: string) => ({
    ...{ sequence, amount: { value: mg, unit: 'mg' }, prepared: { value: mL, unit: 'mL' }, duration: { value: '4', unit: 'wk' } },
  });
  expect(order.drug).toEqual({
    ...{ sig: directions, sigOverridden: false },
    dosage: [dosed(1, '0.25', '0.1'), dosed(2, '0.5', '0.2'), dosed(3, '1', '0.4')],
  });
  expect(order.eligibility.decision).toBe('ELIGIBLE');
  for (const id of ['order.dose', 'order.supply', 'dose.protocolLimit'])
    expect(order.eligibility.rules).toContainEqual({ id, outcome: 'PASS' });
});

test('they are signed as one document, which has every step', async () => {
  const { signOrder: signed } = await desk.prescriber.get(signOrder, { input: { orderId } });
  const { payload } = JSON.parse(signed.signature.jws) as { payload: string };
  const { drug } = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
  expect([drug.sig, drug.refills, drug.dosage.map(({ text }: Data) => text)]).toEqual([
    directions,
    2,
    directions
      .slice(0, -1)
      .split('. ')
      .map((text) => text.replace(/^Step \d: /, '')),
  ]);
});

test('the pharmacy verifies it, reads the steps and dispenses the first fill', async () => {
  await desk.prescriber.get(sendOrder, { input: { orderId } });
  const { verifyOrder } = await told('VerifyOrder', { orderId });
  expect(verifyOrder.verdict).toBe('VERIFIED');
  const seen = await pharmacist.get('query Seen($id: ID!) { order(id: $id) { drug { sig dosage { text } } } }', { id: orderId });
  expect([seen.order.drug.sig, seen.order.drug.dosage.length]).toEqual([directions, 3]);
  const { claimOrder } = await told('ClaimOrder', { input: { orderId } });
  const at = graph.clock.now();
  const { recordDispense } = await told('RecordDispense', {
    input: {
      ...{ orderId, secret: claimOrder.secret, lotNumber: 'TI-0001', storage: 'REFRIGERATED' },
      ...{ quantity: { value: '2.5', unit: 'mL' }, compoundedAt: at.toISOString() },
      beyondUseDate: new Date(at.getTime() + 5 * 86_400_000).toISOString().slice(0, 10),
    },
  });
  expect(recordDispense).toMatchObject({ fulfillment: { status: 'DISPENSED' }, quantity: { value: '2.5', unit: 'mL' } });
});
