import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { fromId } from '#kernel/ids.ts';
import { type Data, testGraph, type TestGraph } from '../support/graph.ts';
import { austin, type Desk, orderDesk } from './order-desk.ts';

let graph: TestGraph;
let desk: Desk;
let orderId: string;
beforeAll(async () => {
  graph = await testGraph();
  desk = await orderDesk(graph);
  orderId = await desk.signed();
  // What the database refuses to anybody, its owner does behind our back.
  await graph.sql('alter table prescriptions."order" disable trigger all');
  await graph.sql(`create table public.as_signed as select * from prescriptions."order" where id = $1`, [fromId('order', orderId)]);
});
afterAll(async () => graph?.[Symbol.asyncDispose]());
beforeEach(async () => {
  await graph.sql('delete from prescriptions."order" where id in (select id from public.as_signed)');
  await graph.sql('insert into prescriptions."order" select * from public.as_signed');
});

const change = (set: string) => graph.sql(`update prescriptions."order" set ${set} where id = $1`, [fromId('order', orderId)]);
const fields = `signedAt service draftedAt patient { id } exam { id } clinic { id } prescriber { id } pharmacy { id } protocol { id } drug { sig }
  shipTo { city } diagnosis clinicalDifference { statement } screening { screenedWith } fillsRemaining nextFillFrom`;
const nothing = {
  ...{ signedAt: null, service: null, draftedAt: null, patient: null, exam: null, clinic: null, prescriber: null, pharmacy: null },
  ...{ protocol: null, drug: null, shipTo: null, diagnosis: null, clinicalDifference: null, screening: null },
  ...{ fillsRemaining: null, nextFillFrom: null },
};
const shown = () => desk.prescriber.ask(`query S($id: ID!) { order(id: $id) { ${fields} } }`, { id: orderId });

const rows = {
  patient: 'patient_id = (select p.id from prescriptions.patient p where p.id <> patient_id and p.clinic_id = "order".clinic_id limit 1)',
  prescriber: 'prescriber_id = gen_random_uuid()',
  pharmacy: 'pharmacy_id = gen_random_uuid()',
  exam: 'exam_id = (select e.id from prescriptions.good_faith_exam e where e.id <> exam_id and e.clinic_id = "order".clinic_id limit 1)',
  protocol: 'protocol_id = gen_random_uuid()',
  item: 'formulary_item_id = gen_random_uuid()',
  service: `service = 'hormone-therapy'`,
  'time of signing': `signed_at = signed_at - interval '1 day'`,
  'time of drafting': `drafted_at = drafted_at - interval '1 day'`,
  sig: `sig = 'Inject 2.5 mg subcutaneously once a week'`,
  quantity: `quantity_value = '25'`,
  "days' supply": 'days_supply = 7',
  refills: 'refills = 5',
  diagnosis: `diagnosis = '{Z99.89}'`,
  difference: `difference_statement = 'Another reason altogether, which nobody signed for this patient'`,
  address: `ship_to = jsonb_set(ship_to, '{city}', '"Dallas"')`,
  'ship-to state': `ship_to_state = 'OK'`,
  exclusions: `excluded_excipients = '{LKG8494WBH}'`,
};

test('shows an order whose row says what was signed', async () => {
  const { data, errors } = await shown();
  expect([data.order.drug.sig, errors]).toEqual([desk.input['sig'], []]);
});

test.each(Object.entries(rows))('notices another %s in the row than was signed, and shows nothing', async (_what, set) => {
  await change(set);
  const { data, errors } = await shown();
  expect(data.order).toEqual(nothing);
  expect([...new Set(errors.map(({ code }) => code))]).toEqual(['DOCUMENT_TAMPERED']);
});

test('in a list the others answer, and the one that is not as it was signed says so of each field', async () => {
  await graph.sql('alter table prescriptions."order" enable trigger all');
  const other = await desk.signed();
  await graph.sql('alter table prescriptions."order" disable trigger all');
  await change(rows.service);
  const { data, errors } = await desk.prescriber.ask(
    `query L($clinicId: ID!) { orders(clinicId: $clinicId, first: 10) { nodes { id ${fields} } } }`,
    {
      clinicId: austin,
    },
  );
  const nodes = new Map<string, Data>(data.orders.nodes.map(({ id, ...rest }: Data) => [id, rest]));
  expect(nodes.get(orderId)).toEqual(nothing);
  expect(nodes.get(other)).toMatchObject({
    service: 'weight-loss',
    patient: { id: desk.patientId },
    exam: { id: desk.examId },
    fillsRemaining: 2,
  });
  expect([...new Set(errors.map(({ code }) => code))]).toEqual(['DOCUMENT_TAMPERED']);
});

test.each(['Refill', 'Renew'])('does not %s an order whose row was given more refills than were signed', async (verb) => {
  await change(`status = 'COMPLETED', sent_at = signed_at, attempt = 1, refills = 5`);
  const { data } = await desk.prescriber.ask(
    `mutation Try($input: ${verb}OrderInput!) { done: ${verb.toLowerCase()}Order(input: $input) { __typename } }`,
    { input: { orderId } },
  );
  expect(data.done).toEqual({ __typename: 'DocumentTampered' });
});

test('a forged text with its payload and digest shows no screening', async () => {
  await graph.sql(
    `update prescriptions."order" o set document = f.text, digest = encode(sha256(convert_to(f.text, 'UTF8')), 'hex'),
       jws = replace(o.jws, (o.jws::json)->>'payload', rtrim(translate(encode(convert_to(f.text, 'UTF8'), 'base64'), E'+/\\n', '-_'), '='))
     from (select id, replace(document, '"screenedWith":{"name":"', '"screenedWith":{"name":"FORGED ') as text from prescriptions."order") f
     where f.id = o.id and o.id = $1`,
    [fromId('order', orderId)],
  );
  const { data, errors } = await desk.prescriber.ask('query S($id: ID!) { order(id: $id) { screening { screenedWith } } }', {
    id: orderId,
  });
  expect([data.order, errors.map(({ code }) => code)]).toEqual([{ screening: null }, ['DOCUMENT_TAMPERED']]);
});
