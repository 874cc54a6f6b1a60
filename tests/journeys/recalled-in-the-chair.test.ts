import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromId } from '#kernel/ids.ts';
import { placeTypeId } from '#prisma/seed/personas.ts';
import { austin, type Desk, orderDesk } from '../prescriptions/order-desk.ts';
import { dispensed, recordShipment } from '../prescriptions/order-supply.ts';
import { type Asker, type Data, testGraph, type TestGraph } from '../support/graph.ts';
import { OUTCOME, refusals } from './parcel-verbs.ts';

/**
 * A lot is taken back while a patient's own vial of it stands in the clinic, half given. Nothing more is given from it; the clinic finds the
 * parcel, says where the rest is, and the pharmacy sees how much was given without learning anything of a chart.
 */
let graph: TestGraph;
let desk: Desk;
let pharmacist: Asker;
let frontDesk: Asker;
let orderId: string;
let parcelId: string;
let recallId: string;
beforeAll(async () => {
  graph = await testGraph();
  desk = await orderDesk(graph);
  pharmacist = await graph.as('pharmacist', { stepUp: true });
  frontDesk = await graph.as('front-desk');
  orderId = await desk.sent();
  const secret = await dispensed(graph, orderId, 'BAD-1');
  await pharmacist.get(recordShipment, {
    input: { orderId, secret, carrier: 'UPS', trackingNumber: '1Z999AA10123456784', coldChain: true, shipToPostalCode: '78704' },
  });
  const { order } = await desk.prescriber.get('query ($id: ID!) { order(id: $id) { parcels { shipmentId } } }', { id: orderId });
  parcelId = order.parcels[0].shipmentId;
  await answerOf(frontDesk, OUTCOME, { shipmentId: parcelId, outcome: 'DELIVERED', at: graph.clock.now().toISOString() });
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const verb = (name: string, type: string, fields: string) =>
  `mutation ($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { __typename ... on ${type} { ${fields} } ${refusals} } }`;
const GIVE = verb('recordAdministration', 'Administration', 'id amount { value }');
const START = verb('startRecall', 'Recall', 'id');
const COUNT = verb(
  'recordRecallDisposition',
  'RecallDisposition',
  'lot { number } sent { value } given { value } quarantined { value } unaccounted { value unit } explanation',
);
const RECONCILE = verb('reconcileRecall', 'RecallReconciliation', 'dispensed { value unit } unaccounted { value }');

const answerOf = async (who: Asker, document: string, input: object, options: { idempotencyKey?: string } = {}): Promise<Data> => {
  const { data, errors } = await who.ask(document, { input }, options);
  return (Object.values(data ?? {})[0] ?? { errors: errors.map(({ code, message }) => `${code}: ${message}`) }) as Data;
};
const give = (value: string): Promise<Data> =>
  answerOf(desk.prescriber, GIVE, {
    ...{ patientId: desk.patientId, parcelId, vial: '1', vialKind: 'MULTIPLE_DOSE', containerHolds: { value: '2.5', unit: 'mL' } },
    ...{ amount: { value, unit: 'mL' }, administeredAt: graph.clock.now().toISOString() },
  });
const count = (over: Data = {}, who: Asker = frontDesk, options: { idempotencyKey?: string } = {}): Promise<Data> =>
  answerOf(
    who,
    COUNT,
    {
      ...{ recallId, clinicId: austin, lotNumber: 'bad-1', unit: 'mL', returned: '0', destroyed: '0', quarantined: '1.5', lost: '0' },
      ...{ withPatients: '0', ...over },
    },
    options,
  );
const SEEN = `query ($id: ID!, $clinic: ID) { recall(id: $id) {
  parcels { nodes { parcelId status lotNumber order { id } quantity { value } given { value } wasted { value } left { value unit } } }
  balances(clinicId: $clinic) { lot { number } unit sent { value } given { value } quarantined { value } unaccounted { value } clinics clinicsCounted }
  notices { nodes { status } } dispositions { nodes { clinic { id } quarantined { value } } } } }`;
const seen = async (who: Asker, clinic?: string): Promise<Data> => (await who.ask(SEEN, { id: recallId, clinic })).data?.recall;
const balance = (over: Data = {}) => ({
  ...{ lot: { number: 'BAD-1' }, unit: 'mL', sent: { value: '2.5' }, given: { value: '1' }, quarantined: { value: '0' } },
  ...{ unaccounted: { value: '1.5' }, clinics: 1, clinicsCounted: 0, ...over },
});

test('what is given while the recall begins is either refused or counted, and nothing is given after it', async () => {
  expect((await give('0.5')).amount).toEqual({ value: '0.5' });
  const told = await graph.sql('select kind, quantity_value::text, quantity_unit, normalized_number from pharmacies.lot_use');
  expect(told).toEqual([{ kind: 'GIVEN', quantity_value: '0.500000000000', quantity_unit: 'mL', normalized_number: 'BAD-1' }]);
  const starting = { pharmacyId: placeTypeId('pharmacy-a'), lotNumbers: ['BAD-1'], class: 'I', reason: 'Particles in a retained sample' };
  const [started, ...given] = await Promise.all([answerOf(pharmacist, START, starting), give('0.1'), give('0.1'), give('0.1')]);
  recallId = started.id;
  const late = await Promise.all([give('0.1'), give('0.1')]);
  expect(late.map(({ rules }) => rules.find(({ id }: Data) => id === 'lot.notRecalled').message)).toEqual([
    ...['Lot BAD-1 is recalled', 'Lot BAD-1 is recalled'],
  ]);
  const through = given.filter(({ __typename }) => __typename === 'Administration').length;
  const [row] = (await seen(pharmacist)).balances;
  expect(Number(row.given.value)).toBeCloseTo(0.5 + through / 10, 9);
  // From here on the story goes on with 1 mL given, whoever was first above.
  await graph.sql(
    `insert into pharmacies.lot_use select (jsonb_populate_record(u, jsonb_build_object('id', gen_random_uuid(), 'quantity_value', $1::text))).*
     from pharmacies.lot_use u limit 1`,
    [(0.5 - through / 10).toFixed(1)],
  );
});

test('the clinic finds what stands there of it, and whom it was given to; the pharmacy only how much', async () => {
  const parcel = {
    ...{ parcelId, status: 'DELIVERED', lotNumber: 'BAD-1', order: { id: orderId }, quantity: { value: '2.5' } },
    ...{ given: { value: '1' }, wasted: { value: '0' }, left: { value: '1.5', unit: 'mL' } },
  };
  for (const who of [frontDesk, pharmacist]) {
    const { parcels, balances } = await seen(who);
    expect([parcels.nodes, balances]).toEqual([[parcel], [balance()]]);
  }
  const whom = 'query ($id: ID!) { recall(id: $id) { parcels { nodes { order { administrations { patient { id } } } } } } }';
  const { recall } = await desk.prescriber.get(whom, { id: recallId });
  expect(recall.parcels.nodes[0].order.administrations[0]).toEqual({ patient: { id: desk.patientId } });
  const theirs = await pharmacist.ask(whom, { id: recallId });
  expect(theirs.data?.recall?.parcels?.nodes?.[0]?.order?.administrations ?? null).toBeNull();
  const trail = await graph.sql(
    `select 1 from pharmacies.audit_event where action = 'record.read' and tenant_id = $1 and detail -> 'fields' ? 'recall.parcels'`,
    [fromId('clinic', austin)],
  );
  expect(trail.length).toBeGreaterThan(0);
});

test('another business and another pharmacy see nothing of it, whatever they name', async () => {
  for (const persona of ['other-desk', 'prescriber-b', 'pharmacist-b']) {
    const { data, errors } = await (await graph.as(persona)).ask(SEEN, { id: recallId });
    expect([data?.recall ?? null, errors[0]?.code]).toEqual([null, 'NOT_FOUND']);
  }
  expect((await seen(pharmacist, placeTypeId('houston'))).balances).toEqual([]);
  expect((await count({}, await graph.as('other-desk'))).code).toBe('NOT_FOUND');
  expect((await count({ clinicId: placeTypeId('houston') })).code).toBe('NOT_FOUND');
  expect((await count({}, pharmacist)).code).toBe('FORBIDDEN');
});

test('a count that cannot be is refused by its path', async () => {
  const issues = async (over: Data) => (await count(over)).issues;
  expect(await issues({ quarantined: '1.6' })).toEqual([
    { path: 'input.quarantined', message: '2.5 mL were sent, 1 given and 0 thrown away: of the other 1.5, 1.6 cannot be counted.' },
  ]);
  expect(await issues({ quarantined: '1' })).toEqual([
    { path: 'input.explanation', message: '0.5 mL are unaccounted for: say what became of them.' },
  ]);
  expect(await issues({ unit: 'g' })).toEqual([{ path: 'input.unit', message: 'Of this lot mL was sent, so it is counted in that.' }]);
  expect((await issues({ unit: 'vials' }))[0].path).toBe('input.unit');
  expect(await issues({ lotNumber: 'GOOD-1' })).toEqual([{ path: 'input.lotNumber', message: 'The recall is not of this lot.' }]);
  expect((await issues({ lost: '-1' }))[0].path).toBe('input.lost');
  expect(await graph.sql('select 1 from pharmacies.recall_disposition')).toEqual([]);
  expect((await seen(frontDesk)).notices.nodes).toEqual([{ status: 'SENT' }]);
});

test('the clinic answers with where the rest is, once however often it is sent, and the balance closes', async () => {
  const part = await count({ quarantined: '1', explanation: 'Half a millilitre is looked for.' });
  expect(part).toMatchObject({ sent: { value: '2.5' }, given: { value: '1' }, unaccounted: { value: '0.5', unit: 'mL' } });
  expect((await seen(pharmacist)).balances).toEqual([
    balance({ quarantined: { value: '1' }, unaccounted: { value: '0.5' }, clinicsCounted: 1 }),
  ]);
  const options = { idempotencyKey: 'counted-once' };
  const answers = [await count({}, frontDesk, options), await count({}, frontDesk, options)];
  expect(answers[1]).toEqual(answers[0]);
  const { notices, balances, dispositions } = await seen(pharmacist);
  expect(notices.nodes).toEqual([{ status: 'ACKNOWLEDGED' }]);
  expect(balances).toEqual([balance({ quarantined: { value: '1.5' }, unaccounted: { value: '0' }, clinicsCounted: 1 })]);
  expect(dispositions.nodes).toEqual([
    { clinic: { id: austin }, quarantined: { value: '1.5' } },
    { clinic: { id: austin }, quarantined: { value: '1' } },
  ]);
  const trail = await graph.sql(
    `select detail ->> 'unaccounted' as left from pharmacies.audit_event where action = 'recall.disposed' order by at`,
  );
  expect(trail).toEqual([{ left: '0.5' }, { left: '0' }]);
  const own = { recallId, lotNumber: 'BAD-1', unit: 'mL', made: '10', returned: '0', destroyed: '7.5', held: '0' };
  expect(await answerOf(pharmacist, RECONCILE, own)).toMatchObject({
    dispensed: { value: '2.5', unit: 'mL' },
    unaccounted: { value: '0' },
  });
});
