import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromId } from '#kernel/ids.ts';
import { personas, placeTypeId } from '#prisma/seed/personas.ts';
import { austin, type Desk, orderDesk } from '../prescriptions/order-desk.ts';
import { dispensed, recordShipment } from '../prescriptions/order-supply.ts';
import { type Asker, type Data, testGraph, type TestGraph } from '../support/graph.ts';
import { OUTCOME, refusals } from './parcel-verbs.ts';

/** What is left of a patient's vial is thrown away before a witness; less is left of it at once, and a recall of its lot counts it. */
let graph: TestGraph;
let desk: Desk;
let pharmacist: Asker;
let examiner: Asker;
let orderId: string;
let parcelId: string;
let wastageId: string;
const witnessId = personas['examiner']?.sub ?? '';
beforeAll(async () => {
  graph = await testGraph();
  desk = await orderDesk(graph);
  pharmacist = await graph.as('pharmacist', { stepUp: true });
  examiner = await graph.as('examiner');
  orderId = await desk.sent();
  const secret = await dispensed(graph, orderId, 'REST-1');
  await pharmacist.get(recordShipment, {
    input: { orderId, secret, carrier: 'UPS', trackingNumber: '1Z999AA10123456784', coldChain: true },
  });
  const { order } = await desk.prescriber.get('query ($id: ID!) { order(id: $id) { parcels { shipmentId } } }', { id: orderId });
  parcelId = order.parcels[0].shipmentId;
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const verb = (name: string, type: string, fields: string) =>
  `mutation ($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { __typename ... on ${type} { ${fields} } ${refusals} } }`;
const GIVE = verb('recordAdministration', 'Administration', 'id');
const WASTE = verb(
  'recordWastage',
  'Wastage',
  'id lotNumber parcelId vial amount { value unit } reason controlled wastedBy { id } witness { id } witnessedAt',
);
const CONFIRM = verb('confirmWastage', 'Wastage', 'id witnessedAt');
const LEFT = `query ($id: ID!) { order(id: $id) { containers { mark lotNumber given { value } wasted { value } left { value unit } } wastages { id reason } } }`;

const answerOf = async (who: Asker, document: string, input: object, options: { idempotencyKey?: string } = {}): Promise<Data> => {
  const { data, errors } = await who.ask(document, { input }, options);
  return (Object.values(data ?? {})[0] ?? { errors: errors.map(({ code, message }) => `${code}: ${message}`) }) as Data;
};
const now = () => graph.clock.now();
const holds = { containerHolds: { value: '2.5', unit: 'mL' } };
const give = (value: string): Promise<Data> =>
  answerOf(desk.prescriber, GIVE, {
    ...{ patientId: desk.patientId, parcelId, vial: '1', vialKind: 'MULTIPLE_DOSE', ...holds },
    ...{ amount: { value, unit: 'mL' }, administeredAt: now().toISOString() },
  });
const waste = (over: Data = {}, who: Asker = desk.prescriber, options: { idempotencyKey?: string } = {}): Promise<Data> =>
  answerOf(
    who,
    WASTE,
    { ...{ parcelId, vial: '1', amount: { value: '0.5', unit: 'mL' }, reason: 'REMAINDER', wastedAt: now().toISOString() }, ...over },
    options,
  );
const stops = (answer: Data) =>
  ((answer['rules'] ?? []) as { id: string; outcome: string; message: string }[])
    .filter(({ outcome }) => outcome !== 'PASS')
    .map(({ id, message }) => `${id}: ${message}`);

test('what has not come is not thrown away', async () => {
  expect(stops(await waste(holds))).toEqual(['wastage.parcel: The parcel is not recorded as delivered']);
  const delivered = { shipmentId: parcelId, outcome: 'DELIVERED', at: now().toISOString() };
  await answerOf(await graph.as('front-desk'), OUTCOME, delivered);
});

test('part of a vial is thrown away before a witness, and less is left of it', async () => {
  expect((await give('1')).__typename).toBe('Administration');
  const options = { idempotencyKey: 'thrown-away-once' };
  const wasted = await waste({ witnessId }, desk.prescriber, options);
  expect(wasted).toEqual({
    ...{ __typename: 'Wastage', id: expect.stringMatching(/^wst_/), lotNumber: 'REST-1', parcelId, vial: '1' },
    ...{ amount: { value: '0.5', unit: 'mL' }, reason: 'REMAINDER', controlled: false },
    ...{ wastedBy: { id: personas['prescriber']?.sub }, witness: { id: witnessId }, witnessedAt: null },
  });
  wastageId = wasted.id;
  expect((await waste({ witnessId, wastedAt: now().toISOString() }, desk.prescriber, { idempotencyKey: 'another' })).__typename).toBe(
    'Wastage',
  );
  const { order } = await desk.prescriber.get(LEFT, { id: orderId });
  expect(order.containers).toEqual([
    { mark: '1', lotNumber: 'REST-1', given: { value: '1' }, wasted: { value: '1' }, left: { value: '0.5', unit: 'mL' } },
  ]);
  expect(order.wastages).toHaveLength(2);
  expect(stops(await give('0.6'))).toEqual([
    'administration.quantityLeft: Of what came 0.5 mL are left',
    'administration.containerLeft: In container 1 0.5 mL are left',
  ]);
  const trail = await graph.sql(
    `select patient_id::text as patient, detail ->> 'reason' as reason, detail ->> 'witnessId' as witness from prescriptions.audit_event
     where action = 'wastage.recorded' limit 1`,
  );
  expect(trail).toEqual([{ patient: fromId('patient', desk.patientId), reason: 'REMAINDER', witness: witnessId }]);
});

test('the same sent twice is thrown away once', async () => {
  const options = { idempotencyKey: 'sent-twice' };
  const input = { amount: { value: '0.1', unit: 'mL' }, wastedAt: now().toISOString() };
  const [first, again] = [await waste(input, desk.prescriber, options), await waste(input, desk.prescriber, options)];
  expect(again).toEqual(first);
  expect(await graph.sql('select sum(amount_value)::numeric(9,1)::text as all from prescriptions.wastage')).toEqual([{ all: '1.1' }]);
});

test('only the witness says that they saw it, and once', async () => {
  expect((await answerOf(desk.prescriber, CONFIRM, { wastageId })).code).toBe('FORBIDDEN');
  expect((await answerOf(await graph.as('prescriber-b'), CONFIRM, { wastageId })).code).toBe('NOT_FOUND');
  const said = await answerOf(examiner, CONFIRM, { wastageId });
  expect(said).toEqual({ __typename: 'Wastage', id: wastageId, witnessedAt: expect.any(String) });
  expect(await answerOf(examiner, CONFIRM, { wastageId })).toEqual(said);
  expect(await graph.sql(`select 1 from prescriptions.audit_event where action = 'wastage.witnessed'`)).toHaveLength(1);
  await expect(graph.sql('delete from prescriptions.wastage')).rejects.toThrow();
});

test('who is no witness, what is not said and what is not there are refused by their path', async () => {
  const issues = async (over: Data) => (await waste(over)).issues;
  expect(await issues({ witnessId: personas['prescriber']?.sub })).toEqual([
    { path: 'input.witnessId', message: 'A witness is another person than who threw it away.' },
  ]);
  const stranger = 'They are no practitioner of this clinic or its entity.';
  for (const persona of ['examiner-b', 'prescriber-b'])
    expect(await issues({ witnessId: personas[persona]?.sub })).toEqual([{ path: 'input.witnessId', message: stranger }]);
  expect(await issues({ witnessId: austin })).toEqual([{ path: 'input.witnessId', message: 'This is no id of a practitioner.' }]);
  expect(await issues({ reason: 'OTHER' })).toEqual([{ path: 'input.note', message: 'Say why.' }]);
  expect(await issues({ containerHolds: { value: '5', unit: 'mL' } })).toEqual([
    { path: 'input.containerHolds', message: 'Container 1 was recorded as one of 2.5 mL.' },
  ]);
  expect(await issues({ lotNumber: 'REST-2' })).toEqual([{ path: 'input.lotNumber', message: 'The parcel has no such lot.' }]);
  expect((await issues({ parcelId: null }))[0].path).toBe('input.receiptId');
  expect(stops(await waste({ amount: { value: '0.5', unit: 'mL' } }))).toEqual([
    'wastage.quantityLeft: Of what came 0.4 mL are left',
    'wastage.containerLeft: In container 1 0.4 mL are left',
  ]);
  expect(stops(await waste({ amount: { value: '1', unit: 'g' } }))).toHaveLength(2);
  expect(
    stops(await waste({ wastedAt: new Date(now().getTime() + 3_600_000).toISOString(), amount: { value: '0.1', unit: 'mL' } })),
  ).toEqual(['wastage.at: The time lies in the future']);
  expect((await waste({}, await graph.as('prescriber-b'))).code).toBe('NOT_FOUND');
  expect((await waste({}, await graph.as('front-desk'))).code).toBe('FORBIDDEN');
  expect((await waste({}, pharmacist)).code).toBe('FORBIDDEN');
});

test('whoever gives and whoever throws away at once never take more than is there, and the database keeps to it', async () => {
  const part = { amount: { value: '0.3', unit: 'mL' } };
  const both = await Promise.all([waste(part), give('0.3'), waste(part)]);
  expect(both.filter(({ __typename }) => __typename !== 'RuleBlocked')).toHaveLength(1);
  const again = `insert into prescriptions.wastage select (jsonb_populate_record(w, $1::jsonb || jsonb_build_object('id', gen_random_uuid()))).*
    from prescriptions.wastage w where order_id = $2 and witnessed_at is null limit 1`;
  const write = (change: object) => graph.sql(again, [JSON.stringify(change), fromId('order', orderId)]);
  await expect(write({ amount_value: '0.2' })).rejects.toThrow(/more than came of lot REST-1/);
  await expect(write({ amount_value: '0.2', supplied_value: '9' })).rejects.toThrow(/more than container 1 holds/);
  await expect(write({ amount_value: '0.05', controlled: true, witness_id: null })).rejects.toThrow(/check constraint/);
});

test('of what is controlled nothing is thrown away without a witness', async () => {
  // As if testosterone were in it: a controlled prescription is sent only where the deployment is certified for it.
  await graph.sql('alter table prescriptions."order" disable trigger user');
  await graph.sql(
    `update prescriptions."order" set drug = jsonb_set(drug, '{ingredients,0}', drug -> 'ingredients' -> 0 || $2::jsonb) where id = $1`,
    [fromId('order', orderId), JSON.stringify({ name: 'Testosterone', unii: '3XMK78S47O', rxcui: '10379' })],
  );
  await graph.sql('alter table prescriptions."order" enable trigger user');
  const little = { amount: { value: '0.01', unit: 'mL' } };
  expect(stops(await waste(little))).toEqual([
    'wastage.witness: Testosterone: what is controlled is thrown away before a witness, by this deployment’s policy',
  ]);
  expect(await waste({ ...little, witnessId })).toMatchObject({ controlled: true, witness: { id: witnessId }, witnessedAt: null });
});

test('a recall of the lot counts it, and the rest may still be thrown away', async () => {
  const START = verb('startRecall', 'Recall', 'id');
  const starting = { pharmacyId: placeTypeId('pharmacy-a'), lotNumbers: ['REST-1'], class: 'II', reason: 'Sub-potent assay result' };
  const { id } = await answerOf(pharmacist, START, starting);
  expect((await waste({ amount: { value: '0.09', unit: 'mL' }, reason: 'RECALLED', witnessId })).reason).toBe('RECALLED');
  const { recall } = await pharmacist.get(
    `query ($id: ID!) { recall(id: $id) { balances { sent { value } given { value } wasted { value } unaccounted { value } }
      parcels { nodes { left { value } } } } }`,
    { id },
  );
  const [{ sent, given, wasted, unaccounted }] = recall.balances;
  expect([sent.value, unaccounted.value, recall.parcels.nodes[0].left.value]).toEqual(['2.5', '0', '0']);
  expect(Number(given.value) + Number(wasted.value)).toBeCloseTo(2.5, 9);
});
