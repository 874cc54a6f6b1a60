import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromId, toId } from '#kernel/ids.ts';
import { uuidOf } from '#prisma/seed/invent.ts';
import { itemId } from '#prisma/seed/pharmacies.ts';
import { placeId } from '#prisma/seed/places.ts';
import { austin } from '../prescriptions/order-desk.ts';
import { type Asker, type Data, type TestGraph, testGraph } from '../support/graph.ts';

let graph: TestGraph;
let prescriber: Asker;
let facility: Asker;
let patientId: string;
let receiptId: string;
beforeAll(async () => {
  graph = await testGraph();
  prescriber = await graph.as('prescriber');
  facility = await graph.as('outsourcing');
  const { patients } = await prescriber.get('query ($id: ID!) { patients(clinicId: $id) { nodes { id } } }', { id: austin });
  patientId = patients.nodes[0].id;
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const must = async (who: Asker, document: string, input: Data): Promise<Data> => {
  const { data, errors } = await who.ask(document, { input });
  const [answer] = Object.values(data ?? {}) as Data[];
  if (!answer || answer.code) throw new Error(JSON.stringify({ data, errors }, null, 1));
  return answer;
};

const GIVE = `mutation ($input: RecordAdministrationInput!) { recordAdministration(input: $input) {
  __typename
  ... on Administration { id vial openedAt amount { value unit } site receipt { lotNumber } }
  ... on Refusal { code message } ... on RuleBlocked { rules { id outcome message } } ... on InvalidInput { issues { path message } } } }`;

const now = () => graph.clock.now();
async function give(over: Data = {}, who: Asker = prescriber): Promise<Data> {
  const input = {
    ...{ patientId, receiptId, vial: 'A', vialKind: 'MULTIPLE_DOSE', amount: { value: '2', unit: 'g' }, site: 'Left cheek' },
    ...{ containerHolds: { value: '10', unit: 'g' }, administeredAt: now().toISOString(), ...over },
  };
  const { data, errors } = await who.ask(GIVE, { input });
  return data?.recordAdministration ?? { errors: errors.map(({ code }) => code) };
}
const stops = (answer: Data) =>
  ((answer.rules ?? []) as { id: string; outcome: string; message: string }[])
    .filter(({ outcome }) => outcome !== 'PASS')
    .map(({ id, message }) => `${id}: ${message}`);

test('a facility’s lot comes to the clinic as office stock', async () => {
  // As the facility has it on record: made, checked and released.
  await graph.sql(
    `insert into pharmacies.lot (id, pharmacy_id, formulary_item_id, number, normalized_number, compounded_at, beyond_use_date, storage, status)
     values ($1, $2, $3, 'NG-CHAIR', 'NG-CHAIR', now() - interval '2 days', '2999-01-01', 'CONTROLLED_ROOM_TEMPERATURE', 'RELEASED')`,
    [uuidOf('lot:chair'), placeId('pharmacy-c'), itemId('c-lidocaine')],
  );
  const quantity = { value: '10', unit: 'g' };
  const lines = [{ formularyItemId: toId('formularyItem', itemId('c-lidocaine')), quantity }];
  const placing = `mutation ($input: PlaceOfficeStockOrderInput!) { placeOfficeStockOrder(input: $input) { ... on OfficeStockOrder { id } ... on Refusal { code message } } }`;
  const { id: officeStockOrderId } = await must(prescriber, placing, { clinicId: austin, lines });
  const answering = `mutation ($input: AnswerOfficeStockOrderInput!) { answerOfficeStockOrder(input: $input) { ... on OfficeStockOrder { id } ... on Refusal { code message } } }`;
  await must(facility, answering, { officeStockOrderId, answer: 'ACCEPTED' });
  const receiving = `mutation ($input: ReceiveOfficeStockInput!) { receiveOfficeStock(input: $input) { ... on OfficeStockOrder { id } ... on Refusal { code message } } }`;
  const receipts = [{ position: 1, lotNumber: 'ng-chair', beyondUseDate: '2999-01-01', quantity }];
  await must(prescriber, receiving, { officeStockOrderId, receipts });
  const { officeStockReceipts } = await prescriber.get('{ officeStockReceipts(lotNumber: "NG-CHAIR") { nodes { id } } }');
  receiptId = officeStockReceipts.nodes[0].id;
});

test('it is given to a patient from a marked container, and stands in the chart', async () => {
  expect(await give()).toEqual({
    ...{ __typename: 'Administration', id: expect.stringMatching(/^adn_/), vial: 'A', openedAt: expect.any(String), site: 'Left cheek' },
    ...{ amount: { value: '2', unit: 'g' }, receipt: { lotNumber: 'NG-CHAIR' } },
  });
  const chart = 'query ($id: ID!) { patient(id: $id) { administrations { vial receipt { lotNumber } } } }';
  const { patient } = await prescriber.get(chart, { id: patientId });
  expect(patient.administrations).toEqual([{ vial: 'A', receipt: { lotNumber: 'NG-CHAIR' } }]);
  const trail = await graph.sql(
    `select patient_id::text as patient from prescriptions.audit_event where action = 'administration.recorded'`,
  );
  expect(trail).toEqual([{ patient: fromId('patient', patientId) }]);
});

test('more than is left is refused, also when two give at once', async () => {
  expect(stops(await give({ amount: { value: '9', unit: 'g' } }))).toEqual([
    'administration.quantityLeft: Of what came 8 g are left',
    'administration.containerLeft: In container A 8 g are left',
  ]);
  const small = { vial: 'S', containerHolds: { value: '1', unit: 'g' } };
  expect(stops(await give(small))).toEqual(['administration.containerLeft: In container S 1 g are left']);
  expect(stops(await give({ vial: 'S', containerHolds: undefined }))).toEqual([
    'administration.containerLeft: It is not known what container S holds',
  ]);
  expect((await give({ vialKind: 'SINGLE_DOSE', containerHolds: { value: '5', unit: 'g' } })).issues).toEqual([
    { path: 'input.containerHolds', message: 'Container A was recorded as one of 10 g.' },
    { path: 'input.vialKind', message: 'Container A was recorded as MULTIPLE_DOSE.' },
  ]);
  const both = await Promise.all([give({ amount: { value: '5', unit: 'g' } }), give({ amount: { value: '5', unit: 'g' } })]);
  expect(both.map(({ __typename }) => __typename).sort()).toEqual(['Administration', 'RuleBlocked']);
});

test('a container that was opened too long ago is refused, by the kind it is', async () => {
  const openedAt = new Date(now().getTime() - 29 * 86_400_000).toISOString();
  const late = stops(await give({ vial: 'B', openedAt }));
  expect(late).toEqual([`administration.inUse: Once opened, it may be used for 28 days, since ${openedAt}`]);
  const yesterday = new Date(now().getTime() - 86_400_000).toISOString();
  expect(stops(await give({ vial: 'C', vialKind: 'SINGLE_DOSE', openedAt: yesterday }))).toEqual([
    `administration.inUse: Once opened, it may be used for 12 hours, since ${yesterday}`,
  ]);
  const ahead = new Date(now().getTime() + 3_600_000).toISOString();
  expect(stops(await give({ administeredAt: ahead }))[0]).toBe('administration.at: The time lies in the future');
});

test('the front desk gives nothing, and nobody of another clinic', async () => {
  expect((await give({}, await graph.as('front-desk'))).code).toBe('FORBIDDEN');
  expect((await give({}, await graph.as('prescriber-b'))).code).toBe('NOT_FOUND');
});

test('a lot that is taken back is given to nobody', async () => {
  const recalling =
    'mutation ($input: StartRecallInput!) { startRecall(input: $input) { ... on Recall { id balances { sent { value unit } given { value } unaccounted { value } } } ... on Refusal { code message } } }';
  const pharmacyId = toId('pharmacy', placeId('pharmacy-c'));
  const { balances } = await must(facility, recalling, { pharmacyId, lotNumbers: ['NG-CHAIR'], class: 'II', reason: 'Sub-potent' });
  expect(balances).toEqual([{ sent: { value: '10', unit: 'g' }, given: { value: '7' }, unaccounted: { value: '3' } }]);
  expect(stops(await give({ amount: { value: '1', unit: 'g' } }))).toEqual(['lot.notRecalled: Lot NG-CHAIR is recalled']);
  // The recall leads to whoever got something from it, and from which container; only the clinic reads their names.
  const whom = `query ($number: String!) { officeStockReceipts(lotNumber: $number) { nodes { recalls { class }
    administrations { nodes { vial lotNumber patient { id } amount { value } } } } } }`;
  const { officeStockReceipts } = await prescriber.get(whom, { number: 'NG-CHAIR' });
  const [got] = officeStockReceipts.nodes;
  expect(got.recalls).toEqual([{ class: 'II' }]);
  const each = { vial: 'A', lotNumber: 'NG-CHAIR', patient: { id: patientId } };
  expect(got.administrations.nodes).toEqual([
    { ...each, amount: { value: '5' } },
    { ...each, amount: { value: '2' } },
  ]);
  const theirs = await facility.ask(whom, { number: 'NG-CHAIR' });
  expect(JSON.stringify(theirs)).not.toContain(patientId);
});
