import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromId } from '#kernel/ids.ts';
import { austin, type Desk, orderDesk } from '../prescriptions/order-desk.ts';
import { dispensed, recordShipment } from '../prescriptions/order-supply.ts';
import { type Asker, type Data, testGraph, type TestGraph } from '../support/graph.ts';
import { DECIDE, OUTCOME, refusals, WARM } from './parcel-verbs.ts';

/** A vial that a pharmacy made for one patient arrives, and is given in the clinic until it is empty, by whoever is there. */
let graph: TestGraph;
let desk: Desk;
let pharmacist: Asker;
let frontDesk: Asker;
let orderId: string;
let patientId: string;
let parcelId: string;
beforeAll(async () => {
  graph = await testGraph();
  desk = await orderDesk(graph);
  pharmacist = await graph.as('pharmacist', { stepUp: true });
  frontDesk = await graph.as('front-desk');
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const GIVE = `mutation ($input: RecordAdministrationInput!) { recordAdministration(input: $input) {
  __typename ... on Administration { vial lotNumber parcelId receipt { id } order { id } containerHolds { value unit } } ${refusals} } }`;

const answerOf = async (who: Asker, document: string, input: object): Promise<Data> => {
  const { data, errors } = await who.ask(document, { input });
  return (Object.values(data ?? {})[0] ?? { errors: errors.map(({ code, message }) => `${code}: ${message}`) }) as Data;
};
const give = (over: Data = {}, who: Asker = desk.prescriber): Promise<Data> =>
  answerOf(who, GIVE, {
    ...{ patientId, parcelId, vial: '1', vialKind: 'MULTIPLE_DOSE', containerHolds: { value: '2.5', unit: 'mL' } },
    ...{ amount: { value: '1', unit: 'mL' }, administeredAt: graph.clock.now().toISOString(), ...over },
  });
const stops = (answer: Data) =>
  ((answer['rules'] ?? []) as { id: string; outcome: string; message: string }[])
    .filter(({ outcome }) => outcome !== 'PASS')
    .map(({ id, message }) => `${id}: ${message}`);

test('what is still on its way is given to nobody', async () => {
  orderId = await desk.sent();
  patientId = desk.patientId;
  const secret = await dispensed(graph, orderId, 'VIAL-1');
  await pharmacist.get(recordShipment, {
    input: { orderId, secret, carrier: 'UPS', trackingNumber: '1Z999AA10123456784', coldChain: true },
  });
  const { order } = await desk.prescriber.get('query ($id: ID!) { order(id: $id) { parcels { shipmentId } } }', { id: orderId });
  parcelId = order.parcels[0].shipmentId;
  expect(stops(await give())).toEqual(['administration.parcel: The parcel is not recorded as delivered']);
});

test('what was too warm waits for the pharmacist’s word', async () => {
  const at = graph.clock.now().toISOString();
  await answerOf(frontDesk, OUTCOME, { shipmentId: parcelId, outcome: 'DELIVERED', at });
  const reading = { lowestCelsius: '3.5', highestCelsius: '12.0', minutes: 20, source: 'CLINIC' };
  const { id: excursionId } = await answerOf(frontDesk, WARM, { shipmentId: parcelId, ...reading });
  expect(stops(await give())).toEqual([
    'administration.parcel: The parcel was too warm or too cold, and no pharmacist has said that it may be used',
  ]);
  expect(await answerOf(pharmacist, DECIDE, { excursionId, decision: 'USE', basis: 'Within what the stability data allow.' })).toEqual({
    decision: 'USE',
  });
});

test('it is given, and stands on the order and in the chart', async () => {
  const lot = { vial: '1', lotNumber: 'VIAL-1', parcelId, receipt: null, order: { id: orderId } };
  expect(await give()).toEqual({ __typename: 'Administration', ...lot, containerHolds: { value: '2.5', unit: 'mL' } });
  const seen = `query ($order: ID!, $patient: ID!) { order(id: $order) { administrations { lotNumber vial amount { value unit } } }
    patient(id: $patient) { administrations { lotNumber order { id } } } }`;
  const { order, patient } = await desk.prescriber.get(seen, { order: orderId, patient: patientId });
  expect(order.administrations).toEqual([{ lotNumber: 'VIAL-1', vial: '1', amount: { value: '1', unit: 'mL' } }]);
  expect(patient.administrations).toEqual([{ lotNumber: 'VIAL-1', order: { id: orderId } }]);
  const trail = await graph.sql(
    `select patient_id::text as patient, detail from prescriptions.audit_event where action = 'administration.recorded'`,
  );
  expect(trail).toEqual([{ patient: fromId('patient', patientId), detail: { orderId, parcelId } }]);
});

test('it is given to no other patient, from no other lot, by nobody who may not', async () => {
  const list = 'query ($clinic: ID!) { patients(clinicId: $clinic) { nodes { id } } }';
  const { patients } = await desk.prescriber.get(list, { clinic: austin });
  const other = patients.nodes.find(({ id }: Data) => id !== patientId).id;
  expect((await give({ patientId: other }))['issues']).toEqual([
    { path: 'input.patientId', message: 'The parcel came for another patient: it is given to nobody else.' },
  ]);
  expect((await give({ lotNumber: 'VIAL-2' }))['issues']).toEqual([{ path: 'input.lotNumber', message: 'The parcel has no such lot.' }]);
  expect((await give({ parcelId: null }))['issues'][0].path).toBe('input.receiptId');
  expect((await give({}, await graph.as('prescriber-b')))['code']).toBe('NOT_FOUND');
  expect((await give({}, frontDesk))['code']).toBe('FORBIDDEN');
});

test('two at once never take more than is there, and the database keeps to it too', async () => {
  const both = await Promise.all([give(), give()]);
  expect(both.map(({ __typename }) => __typename).sort()).toEqual(['Administration', 'RuleBlocked']);
  const left = [
    'administration.quantityLeft: Of what came 0.5 mL are left',
    'administration.containerLeft: In container 1 0.5 mL are left',
  ];
  expect(stops(await give())).toEqual(left);
  const again = (change: string, value: string) =>
    graph.sql(
      `insert into prescriptions.administration select (jsonb_populate_record(a, jsonb_build_object('id', gen_random_uuid(), $1::text, $2::text))).*
       from prescriptions.administration a where a.order_id = $3 limit 1`,
      [change, value, fromId('order', orderId)],
    );
  await expect(again('amount_value', '0.51')).rejects.toThrow(/more than came of lot VIAL-1/);
  await expect(again('supplied_value', '9')).rejects.toThrow(/more than container 1 holds/);
  const other = await graph.sql<{ id: string }>('select id::text from prescriptions.patient where id <> $1 limit 1', [
    fromId('patient', patientId),
  ]);
  await expect(again('patient_id', other[0]?.id ?? '')).rejects.toThrow(/is not this patient/);
});

test('while the order is held, nothing of it is given', async () => {
  const holding = `mutation ($input: HoldOrderInput!) { holdOrder(input: $input) { __typename ${refusals} } }`;
  const answer = await answerOf(desk.prescriber, holding, { orderId, reason: 'ADVERSE_EVENT', note: 'A reaction is looked into.' });
  expect(answer['code'] ?? null).toBeNull();
  expect(stops(await give({ amount: { value: '0.1', unit: 'mL' } }))).toEqual(['safety.hold: A safety hold is on record: ADVERSE_EVENT']);
});
