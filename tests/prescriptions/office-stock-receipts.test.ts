import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { fromId, toId } from '#kernel/ids.ts';
import { itemId } from '#prisma/seed/pharmacies.ts';
import { placeId } from '#prisma/seed/places.ts';
import { type Asker, type Data, type TestGraph, testGraph } from '../support/graph.ts';
import { austin } from './order-desk.ts';

/** What comes of office stock: in parcels, never more than was ordered, and found again when its lot is recalled. */
let graph: TestGraph;
let prescriber: Asker;
let facility: Asker;
beforeAll(async () => {
  graph = await testGraph();
  prescriber = await graph.as('prescriber');
  facility = await graph.as('outsourcing');
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const pharmacyC = placeId('pharmacy-c');
const formularyItemId = toId('formularyItem', itemId('c-lidocaine'));
const grams = (value: string, unit = 'g') => ({ value, unit });
const far = '2999-01-01';
const refusal = '... on Refusal { code message } ... on InvalidInput { issues { path message } } ... on IllegalTransition { from to }';

async function say(name: string, input: Data, who: Asker): Promise<Data> {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
  const { data, errors } = await who.ask(
    `mutation ($input: ${type}!) { ${name}(input: $input) { __typename
      ... on OfficeStockOrder { id status reason lines { due { value unit } receipts { lotNumber quantity { value } } } }
      ... on RuleBlocked { rules { id outcome } } ${refusal} } }`,
    { input },
  );
  return data?.[name] ?? { errors: errors.map(({ code }) => code) };
}

const placed = async (...quantities: string[]): Promise<string> =>
  (
    await say(
      'placeOfficeStockOrder',
      { clinicId: austin, lines: quantities.map((value) => ({ formularyItemId, quantity: grams(value) })) },
      prescriber,
    )
  ).id;
const accept = (officeStockOrderId: string) => say('answerOfficeStockOrder', { officeStockOrderId, answer: 'ACCEPTED' }, facility);
async function accepted(...quantities: string[]): Promise<string> {
  const id = await placed(...quantities);
  expect((await accept(id)).status).toBe('ACCEPTED');
  return id;
}
const parcel = (lotNumber: string, value: string, more: Data = {}) => ({
  ...{ position: 1, lotNumber, beyondUseDate: far, quantity: grams(value) },
  ...more,
});
const receive = (officeStockOrderId: string, ...receipts: Data[]) =>
  say('receiveOfficeStock', { officeStockOrderId, receipts }, prescriber);
const failing = (answer: Data): string[] =>
  answer.rules.flatMap(({ id, outcome }: Data) => (outcome === 'PASS' ? [] : [`${outcome} ${id}`]));

/** A lot as the facility has it on record. */
const lotOnRecord = (number: string, over: Data = {}) =>
  graph.sql(
    `insert into pharmacies.lot (id, pharmacy_id, formulary_item_id, number, normalized_number, compounded_at, beyond_use_date, storage, status, recalled_at)
     values ($1, $2, $3, $4, $4, now(), $5, 'REFRIGERATED', $6, case when $6 = 'RECALLED' then now() end)`,
    [randomUUID(), pharmacyC, itemId(over['item'] ?? 'c-lidocaine'), number, over['day'] ?? far, over['status'] ?? 'RELEASED'],
  );

test('comes in parcels until all of it is there, of each line in the unit that was ordered', async () => {
  const id = await accepted('10', '2');
  expect(await receive(id, parcel('np-1', '4'), parcel('np-2', '0.5', { position: 2 }))).toEqual({
    ...{ __typename: 'OfficeStockOrder', id, status: 'PARTLY_RECEIVED', reason: null },
    lines: [
      { due: grams('6'), receipts: [{ lotNumber: 'NP-1', quantity: { value: '4' } }] },
      { due: grams('1.5'), receipts: [{ lotNumber: 'NP-2', quantity: { value: '0.5' } }] },
    ],
  });
  // The same lot in another parcel, and two lots for one line.
  expect(await receive(id, parcel('NP-1', '1'), parcel('NP-3', '5'))).toMatchObject({ status: 'PARTLY_RECEIVED' });
  expect(await receive(id, parcel('NP-2', '1.5', { position: 2 }))).toMatchObject({
    status: 'RECEIVED',
    lines: [{ due: grams('0') }, { due: grams('0') }],
  });
  expect(await receive(id, parcel('NP-9', '1'))).toMatchObject({ __typename: 'IllegalTransition', from: 'RECEIVED', to: 'RECEIVED' });
});

test('more of a line than is due is refused by path, also over several lots of one parcel, and nothing is kept of it', async () => {
  const id = await accepted('10', '2');
  await receive(id, parcel('OV-1', '7'));
  const refused = await receive(
    id,
    ...[parcel('OV-2', '2'), parcel('OV-3', '1.5'), parcel('OV-4', '2', { quantity: grams('1', 'mL') })],
    parcel('OV-5', '2.5', { position: 2 }),
  );
  expect(refused.issues).toEqual([
    { path: 'input.receipts.1.quantity.value', message: 'Only 1 g of line 1 is still due.' },
    { path: 'input.receipts.2.quantity.unit', message: 'Line 1 was ordered in g: give what came in that.' },
    { path: 'input.receipts.3.quantity.value', message: 'Only 2 g of line 2 is still due.' },
  ]);
  const kept = await graph.sql('select lot_number from prescriptions.office_stock_receipt where stock_order_id = $1', [
    fromId('officeStockOrder', id),
  ]);
  expect(kept).toEqual([{ lot_number: 'OV-1' }]);
  await expect(
    graph.sql(
      `insert into prescriptions.office_stock_receipt
       select (jsonb_populate_record(r, jsonb_build_object('id', gen_random_uuid()))).* from prescriptions.office_stock_receipt r where lot_number = 'OV-1'`,
    ),
  ).rejects.toThrow('more of line 1 than was ordered');
});

test('of two who record the last parcel at once, one is told that nothing is due', async () => {
  const id = await accepted('3');
  const both = await Promise.all([receive(id, parcel('CC-1', '3')), receive(id, parcel('CC-2', '3'))]);
  expect(both.map(({ status, __typename }) => status ?? __typename).toSorted()).toEqual(['IllegalTransition', 'RECEIVED']);
});

test('what does not come any more is closed with a reason, once some of it is there', async () => {
  const id = await accepted('10');
  const close = (reason: string) => say('closeOfficeStockOrder', { officeStockOrderId: id, reason }, prescriber);
  expect(await close('Out of stock')).toMatchObject({ __typename: 'IllegalTransition', from: 'ACCEPTED', to: 'CLOSED' });
  await receive(id, parcel('CL-1', '4'));
  expect((await close(' ')).issues).toEqual([{ path: 'input.reason', message: 'The reason is missing.' }]);
  expect(await say('closeOfficeStockOrder', { officeStockOrderId: id, reason: 'Mine' }, facility)).toMatchObject({ code: 'FORBIDDEN' });
  expect(await say('cancelOfficeStockOrder', { officeStockOrderId: id, reason: 'Late' }, prescriber)).toMatchObject({
    ...{ __typename: 'IllegalTransition', from: 'PARTLY_RECEIVED' },
  });
  expect(await close('The facility ran out')).toMatchObject({ status: 'CLOSED', reason: 'The facility ran out' });
  expect(await receive(id, parcel('CL-2', '1'))).toMatchObject({ __typename: 'IllegalTransition', from: 'CLOSED' });
});

test('everything is asked again when it is accepted and when it comes', async () => {
  const [early, late] = [await placed('1'), await accepted('1')];
  const both = async () => [failing(await accept(early)), failing(await receive(late, parcel('GA-1', '1')))];
  const inverted = async (change: string, back: string, values: unknown[]) => {
    await graph.sql(change, values);
    const answers = await both();
    await graph.sql(back, values);
    return answers;
  };
  const withdrawn = ['FAIL officeStock.offered'];
  expect(
    await inverted(
      'update pharmacies.formulary_item set active = false where id = $1',
      'update pharmacies.formulary_item set active = true where id = $1',
      [itemId('c-lidocaine')],
    ),
  ).toEqual([withdrawn, withdrawn]);
  const shut = ['FAIL pharmacy.active'];
  expect(
    await inverted(
      `update pharmacies.pharmacy set status = 'SUSPENDED' where id = $1`,
      `update pharmacies.pharmacy set status = 'ACTIVE' where id = $1`,
      [pharmacyC],
    ),
  ).toEqual([shut, shut]);
  const lapsed = await inverted(
    `update pharmacies.pharmacy_license set expires_on = expires_on - 3650 where pharmacy_id = $1`,
    `update pharmacies.pharmacy_license set expires_on = expires_on + 3650 where pharmacy_id = $1`,
    [pharmacyC],
  );
  for (const answer of lapsed) expect(answer.length).toBeGreaterThan(0);
  expect((await accept(early)).status).toBe('ACCEPTED');
  expect((await receive(late, parcel('GA-1', '1'))).status).toBe('RECEIVED');
});

test('a lot is taken as its facility has it on record: what it takes back, has not released or made as something else is refused', async () => {
  await lotOnRecord('RC-1', { status: 'RECALLED' });
  await lotOnRecord('RC-2', { status: 'QUARANTINED' });
  await lotOnRecord('RC-3', { item: 'c-semaglutide' });
  await lotOnRecord('RC-4', { day: '2999-02-02' });
  const id = await accepted('10');
  const refused = await receive(id, ...['RC-1', 'RC-2', 'RC-3', 'RC-4'].map((number) => parcel(number, '1')));
  expect(refused.issues).toEqual([
    { path: 'input.receipts.0.lotNumber', message: 'The facility takes this lot back: keep it apart and send it back.' },
    { path: 'input.receipts.1.lotNumber', message: 'The facility has not released this lot: do not take it.' },
    { path: 'input.receipts.2.lotNumber', message: 'The facility made this lot as another preparation.' },
    { path: 'input.receipts.3.beyondUseDate', message: 'The facility has 2999-02-02 on record for this lot.' },
  ]);
});

test('the last day of use is one of the clinic’s own zone', async () => {
  const id = await accepted('2');
  const now = graph.clock.now();
  // In Austin it is still the day before for hours after midnight in UTC.
  const midnight = new Date(`${new Date(now.getTime() + 86_400_000).toISOString().slice(0, 10)}T02:00:00Z`);
  graph.clock.set(midnight);
  const yesterday = new Date(midnight.getTime() - 86_400_000).toISOString().slice(0, 10);
  const before = new Date(midnight.getTime() - 2 * 86_400_000).toISOString().slice(0, 10);
  expect((await receive(id, parcel('ZO-1', '1', { beyondUseDate: before }))).issues).toEqual([
    { path: 'input.receipts.0.beyondUseDate', message: 'Its beyond-use date is past: do not take it.' },
  ]);
  expect((await receive(id, parcel('ZO-2', '1', { beyondUseDate: yesterday }))).status).toBe('PARTLY_RECEIVED');
  graph.clock.set(now);
});

const search = `query ($lotNumber: String, $clinicId: ID) { officeStockReceipts(lotNumber: $lotNumber, clinicId: $clinicId) { nodes {
  id lotNumber name position beyondUseDate quantity { value unit } clinic { id } facility { id } officeStockOrderId recalls { reason } } } }`;

test('a recall finds the stock of its lots, tells the clinic, and shows each side its own', async () => {
  await lotOnRecord('RR-1');
  const [id, later] = [await accepted('5'), await accepted('5')];
  await receive(id, parcel('rr-1', '2'), parcel('RR-2', '1'));
  const found = (await prescriber.get(search, { lotNumber: ' rr-1 ' })).officeStockReceipts.nodes;
  expect(found).toEqual([
    {
      ...{ id: expect.stringMatching(/^osr_/), lotNumber: 'RR-1', name: 'Lidocaine 4 % cream', position: 1, beyondUseDate: far },
      ...{ quantity: grams('2'), clinic: { id: austin }, facility: { id: toId('pharmacy', pharmacyC) }, officeStockOrderId: id },
      recalls: [],
    },
  ]);
  const input = { pharmacyId: toId('pharmacy', pharmacyC), lotNumbers: ['RR-1'], class: 'II', reason: 'Particles were seen' };
  const { startRecall: recall } = await facility.get(
    `mutation ($input: StartRecallInput!) { startRecall(input: $input) { __typename ... on Recall { id
      notices { nodes { clinic { id } status } } officeStock { nodes { id lotNumber quantity { value } clinic { id } } } } } }`,
    { input },
  );
  expect(recall.notices.nodes).toEqual([{ clinic: { id: austin }, status: 'SENT' }]);
  expect(recall.officeStock.nodes).toEqual([{ id: found[0].id, lotNumber: 'RR-1', quantity: { value: '2' }, clinic: { id: austin } }]);
  expect((await prescriber.get(search, { clinicId: austin, lotNumber: 'RR-1' })).officeStockReceipts.nodes[0].recalls).toEqual([
    { reason: 'Particles were seen' },
  ]);
  expect((await prescriber.get(search, { lotNumber: 'RR-2' })).officeStockReceipts.nodes[0].recalls).toEqual([]);
  const seen = 'query ($id: ID!) { recall(id: $id) { officeStock { nodes { id } } } }';
  expect((await prescriber.get(seen, { id: recall.id })).recall.officeStock.nodes).toEqual([{ id: found[0].id }]);
  expect((await receive(later, parcel('RR-1', '1'))).issues[0].path).toBe('input.receipts.0.lotNumber');
  const stranger = await graph.as('pharmacist');
  expect((await stranger.get(search, { lotNumber: 'RR-1' })).officeStockReceipts.nodes).toEqual([]);
  expect((await prescriber.ask(search, { lotNumber: '??' })).errors[0]?.code).toBe('INVALID_INPUT');
});

test('stock of a lot whose recall had begun is told of to the clinic when it comes to be known', async () => {
  await lotOnRecord('LT-1');
  const id = await accepted('5');
  await receive(id, parcel('LT-1', '2'));
  // As if the recall had come first: the facility has not heard of the receipt, and then it does.
  const [row] = await graph.sql<Data>(`select * from prescriptions.office_stock_receipt where lot_number = 'LT-1'`);
  const forget = (statement: string) =>
    graph.sql(`set session_replication_role = replica; ${statement}; set session_replication_role = origin`);
  await forget(`delete from pharmacies.office_stock_supply where normalized_number = 'LT-1'`);
  const input = { pharmacyId: toId('pharmacy', pharmacyC), lotNumbers: ['LT-1'], class: 'I', reason: 'Not sterile' };
  const start = 'mutation ($input: StartRecallInput!) { startRecall(input: $input) { ... on Recall { id notices { nodes { status } } } } }';
  const { startRecall: recall } = await facility.get(start, { input });
  expect(recall.notices.nodes).toEqual([]);
  const [event] = await graph.sql<{ id: string }>(
    `insert into prescriptions.outbox_event
     select (jsonb_populate_record(o, jsonb_build_object('id', $2::uuid, 'delivered_at', null, 'locked_until', null, 'seq', 2))).*
     from prescriptions.outbox_event o where key = $1 and topic = 'office-stock' returning id::text`,
    [row?.['id'], randomUUID()],
  );
  await graph.sql(`select prescriptions.enqueue('deliver', $1::uuid)`, [event?.id]);
  const seen = async () =>
    (await facility.get('query ($id: ID!) { recall(id: $id) { notices { nodes { clinic { id } status } } } }', { id: recall.id })).recall
      .notices.nodes;
  await vi.waitFor(async () => expect(await seen()).toEqual([{ clinic: { id: austin }, status: 'SENT' }]), {
    timeout: 60_000,
    interval: 200,
  });
});
