import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromId, toId } from '#kernel/ids.ts';
import { itemId } from '#prisma/seed/pharmacies.ts';
import { placeId } from '#prisma/seed/places.ts';
import { type Asker, type Data, type TestGraph, testGraph } from '../support/graph.ts';
import { austin } from './order-desk.ts';

let graph: TestGraph;
let prescriber: Asker;
let facility: Asker;
beforeAll(async () => {
  graph = await testGraph();
  prescriber = await graph.as('prescriber');
  facility = await graph.as('outsourcing');
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const item = (key: string) => toId('formularyItem', itemId(key));
const quantity = { value: '10', unit: 'g' };
/** Creams by weight, what is injected by volume. */
const amountOf = (key: string) => (/lidocaine|blt/.test(key) ? quantity : { value: '10', unit: 'mL' });
const refusal = '... on Refusal { code message } ... on InvalidInput { issues { path message } } ... on IllegalTransition { from to }';

async function place(keys: readonly string[], who = prescriber, over: Data = {}): Promise<Data> {
  const input = { clinicId: austin, lines: keys.map((key) => ({ formularyItemId: item(key), quantity: amountOf(key) })), ...over };
  const { data, errors } = await who.ask(
    `mutation ($input: PlaceOfficeStockOrderInput!) { placeOfficeStockOrder(input: $input) { __typename
      ... on OfficeStockOrder { id status facility { id } lines { position formularyItemId name quantity { value unit } } reason }
      ... on RuleBlocked { rules { id outcome citation } } ${refusal} } }`,
    { input },
  );
  return data?.placeOfficeStockOrder ?? { errors: errors.map(({ code }) => code) };
}

async function move(name: string, input: Data, who: Asker): Promise<Data> {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
  const { data, errors } = await who.ask(
    `mutation ($input: ${type}!) { ${name}(input: $input) { __typename
      ... on OfficeStockOrder { status reason lines { receipts { lotNumber beyondUseDate quantity { value unit } } } } ${refusal} } }`,
    { input },
  );
  return data?.[name] ?? { errors: errors.map(({ code }) => code) };
}

const blocked = (answer: Data) =>
  (answer.rules as { id: string; outcome: string; citation: string | null }[]).filter(({ outcome }) => outcome !== 'PASS');

test('is ordered, accepted by the facility, and received by lot', async () => {
  const placed = await place(['c-lidocaine']);
  expect(placed).toEqual({
    ...{ __typename: 'OfficeStockOrder', id: expect.stringMatching(/^osk_/), status: 'PLACED', reason: null },
    facility: { id: toId('pharmacy', placeId('pharmacy-c')) },
    lines: [{ position: 1, formularyItemId: item('c-lidocaine'), name: 'Lidocaine 4 % cream', quantity }],
  });
  const officeStockOrderId: string = placed.id;
  const receipts = [{ position: 1, lotNumber: 'ng-26-7', beyondUseDate: '2999-01-01', quantity }];
  expect(await move('receiveOfficeStock', { officeStockOrderId, receipts }, prescriber)).toMatchObject({
    __typename: 'IllegalTransition',
    ...{ from: 'PLACED', to: 'RECEIVED' },
  });
  expect(await move('answerOfficeStockOrder', { officeStockOrderId, answer: 'ACCEPTED' }, facility)).toMatchObject({ status: 'ACCEPTED' });
  const wrong = [{ position: 2, lotNumber: '??', beyondUseDate: '2001-01-01', quantity: { value: '1', unit: 'cc' } }];
  expect(
    (await move('receiveOfficeStock', { officeStockOrderId, receipts: wrong }, prescriber)).issues.map(
      ({ path }: { path: string }) => path,
    ),
  ).toEqual([
    'input.receipts.0.position',
    'input.receipts.0.lotNumber',
    'input.receipts.0.beyondUseDate',
    'input.receipts.0.quantity.unit',
  ]);
  expect(await move('receiveOfficeStock', { officeStockOrderId, receipts }, prescriber)).toEqual({
    ...{ __typename: 'OfficeStockOrder', status: 'RECEIVED', reason: null },
    lines: [{ receipts: [{ lotNumber: 'NG-26-7', beyondUseDate: '2999-01-01', quantity }] }],
  });
  expect(
    await graph.sql(`select action, patient_id from prescriptions.audit_event where kind = 'CHANGE' and subject_id = $1 order by at`, [
      fromId('officeStockOrder', officeStockOrderId),
    ]),
  ).toEqual(['placed', 'accepted', 'received'].map((what) => ({ action: `office-stock.${what}`, patient_id: null })));
});

test('a 503A pharmacy supplies none, with the section that says so', async () => {
  const refused = await place(['a-blt']);
  expect(refused.__typename).toBe('RuleBlocked');
  expect(blocked(refused)).toContainEqual({ id: 'facility.class', outcome: 'FAIL', citation: '21 USC 353a(a)' });
});

test('what is essentially a copy is not bought without a patient', async () => {
  expect(blocked(await place(['c-semaglutide']))).toContainEqual(
    expect.objectContaining({ id: 'copy.clinicalDifference', outcome: 'FAIL' }),
  );
});

test('controlled substances are not ordered so', async () => {
  expect(blocked(await place(['a-testosterone']))).toContainEqual(
    expect.objectContaining({ id: 'officeStock.controlled', outcome: 'FAIL' }),
  );
});

test('is refused by path where a line is none, or of another facility', async () => {
  const lines = [{ formularyItemId: 'fmi_none', quantity: { value: '1', unit: 'cc' } }];
  expect((await place([], prescriber, { lines })).issues.map(({ path }: { path: string }) => path)).toEqual([
    'input.lines.0.quantity.unit',
    'input.lines.0.formularyItemId',
  ]);
  const volume = [{ formularyItemId: item('c-lidocaine'), quantity: { value: '10', unit: 'mL' } }];
  expect((await place([], prescriber, { lines: volume })).issues).toEqual([
    {
      path: 'input.lines.0.quantity.unit',
      message: expect.stringMatching(/^It is no amount of this preparation, which is counted in g/),
    },
  ]);
  expect((await place(['c-lidocaine', 'a-blt'])).issues).toEqual([
    { path: 'input.lines.1.formularyItemId', message: 'Another facility makes it: order there on its own.' },
  ]);
  expect((await place([])).issues).toEqual([{ path: 'input.lines', message: 'Nothing is ordered.' }]);
});

test('only the facility it names answers, once, and says why it declines', async () => {
  const { id: officeStockOrderId } = await place(['c-lidocaine']);
  const other = await graph.as('pharmacist');
  expect(await move('answerOfficeStockOrder', { officeStockOrderId, answer: 'ACCEPTED' }, other)).toMatchObject({ code: 'NOT_FOUND' });
  expect(await move('answerOfficeStockOrder', { officeStockOrderId, answer: 'ACCEPTED' }, prescriber)).toMatchObject({ code: 'FORBIDDEN' });
  expect((await move('answerOfficeStockOrder', { officeStockOrderId, answer: 'DECLINED' }, facility)).issues).toEqual([
    { path: 'input.reason', message: 'The reason is missing.' },
  ]);
  expect(await move('answerOfficeStockOrder', { officeStockOrderId, answer: 'DECLINED', reason: 'Out of stock' }, facility)).toMatchObject({
    ...{ status: 'DECLINED', reason: 'Out of stock' },
  });
  expect(await move('cancelOfficeStockOrder', { officeStockOrderId, reason: 'Not needed' }, prescriber)).toMatchObject({
    ...{ __typename: 'IllegalTransition', from: 'DECLINED', to: 'CANCELLED' },
  });
});

test('is seen by the clinic and by the facility it names, and by nobody else', async () => {
  const { id } = await place(['c-lidocaine']);
  const seen = async (who: Asker) => {
    const { data, errors } = await who.ask('query ($id: ID!) { officeStockOrder(id: $id) { id } officeStockOrders { nodes { id } } }', {
      id,
    });
    return errors.length > 0
      ? errors[0]?.code
      : [data.officeStockOrder?.id === id, data.officeStockOrders.nodes.some((one: Data) => one.id === id)];
  };
  expect(await seen(prescriber)).toEqual([true, true]);
  expect(await seen(facility)).toEqual([true, true]);
  expect(await seen(await graph.as('pharmacist'))).toEqual([false, false]);
  expect(await seen(await graph.as('mso-manager'))).toBe('FORBIDDEN');
  expect(await move('cancelOfficeStockOrder', { officeStockOrderId: id, reason: 'Not needed' }, prescriber)).toMatchObject({
    status: 'CANCELLED',
  });
});

test('nothing of it can name a patient, and no order for a patient is one', async () => {
  const columns = await graph.sql<{ column: string }>(
    `select table_name || '.' || column_name as column from information_schema.columns
     where table_schema = 'prescriptions' and table_name like 'office_stock%' and column_name ~ '(patient|exam|prescription|finding|protocol)'`,
  );
  expect(columns).toEqual([]);
  const keys = await graph.sql(
    `select conrelid::regclass::text as holder, confrelid::regclass::text as names from pg_constraint
     where contype = 'f' and connamespace = 'prescriptions'::regnamespace
       and (conrelid::regclass::text ~ 'office_stock') <> (confrelid::regclass::text ~ 'office_stock') order by 1`,
  );
  // What was given or thrown away of it in the clinic names the receipt it came from, and is no part of it.
  const names = 'prescriptions.office_stock_receipt';
  expect(keys).toEqual(['prescriptions.administration', 'prescriptions.wastage'].map((holder) => ({ holder, names })));
  const [order] = await graph.sql<{ id: string }>('select id from prescriptions."order" limit 1');
  const asStock = toId('officeStockOrder', order?.id ?? '');
  expect((await prescriber.get('query ($id: ID!) { officeStockOrder(id: $id) { id } }', { id: asStock })).officeStockOrder).toBeNull();
});

test('what was placed stays as it was, whatever the code does', async () => {
  const { id } = await place(['c-lidocaine']);
  const stored = fromId('officeStockOrder', id);
  await expect(graph.sql(`update prescriptions.office_stock_order set ship_to_state = 'CA' where id = $1`, [stored])).rejects.toThrow(
    /does not change so/,
  );
  await expect(graph.sql(`update prescriptions.office_stock_order set status = 'RECEIVED' where id = $1`, [stored])).rejects.toThrow(
    /does not change so/,
  );
  await expect(
    graph.sql('update prescriptions.office_stock_line set quantity_value = 1 where stock_order_id = $1', [stored]),
  ).rejects.toThrow();
});
