import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readCsv } from '#kernel/csv.ts';
import { toId } from '#kernel/ids.ts';
import { columns } from '../../subgraphs/pharmacies/formulary/csv/columns.ts';
import { writeCsv } from '../../subgraphs/pharmacies/formulary/csv/csv-text.ts';
import { supplyGraph, type SupplyGraph } from './supply-graph.ts';
import { ids, public_ } from './supply-world.ts';

let graph: SupplyGraph;
beforeAll(async () => {
  graph = await supplyGraph();
});
afterAll(() => graph[Symbol.asyncDispose]());

const cream: Readonly<Record<(typeof columns)[number], string>> = {
  ...{ item: 'Estriol cream 30 g', formula: 'Estriol 1 mg/g cream', dosageForm: 'cream', route: 'vaginal', sterile: 'no' },
  ...{
    preparationType: '795-PA',
    copyOfApproved: 'no',
    ingredients: 'Estriol|FB33469R8E||1 mg in 1 g|',
    excipients: 'Glycerin|PDC6A3C0OX|OTHER|3 g in 100 g',
  },
  ...{ storage: 'CONTROLLED_ROOM_TEMPERATURE', beyondUseDays: '35', beyondUseBasis: 'USP_DEFAULT', beyondUseSource: 'USP <795>' },
  ...{
    packValue: '30',
    packUnit: 'g',
    container: 'tube',
    device: 'applicator',
    doseVariant: '',
    ndc: '',
    priceCents: '4900',
    priceFrom: '',
  },
  ...{ leadTimeDays: '3', shipsTo: 'TX FL', effectiveFrom: '', effectiveTo: '', active: 'yes' },
};
const list = (...rows: Partial<typeof cream>[]) =>
  writeCsv(
    columns,
    rows.map((row) => columns.map((column) => ({ ...cream, ...row })[column])),
  );

const IMPORT = `mutation ($input: ImportFormularyInput!) { importFormulary(input: $input) {
  __typename ... on FormularyImport { lines problemCount written added changed problems { line column message } }
  ... on Refusal { code message } } }`;

// biome-ignore lint/suspicious/noExplicitAny: a test names the fields it asked for
async function imported(csv: string, more: Record<string, unknown> = {}): Promise<any> {
  const { data, errors } = await graph.pharmacist.ask(IMPORT, { input: { pharmacyId: public_.pharmacy, csv, ...more } });
  if (errors.length > 0) throw new Error(errors.join());
  return data.importFormulary;
}

async function counts(): Promise<number[]> {
  const tables = ['formula', 'formula_ingredient', 'formula_excipient', 'formulary_item', 'formulary_price'];
  const rows = await Promise.all(tables.map((table) => graph.sql<{ n: string }>(`select count(*) as n from ${table}`)));
  return rows.map(([row]) => Number(row?.n));
}

async function exported(): Promise<string> {
  const { data } = await graph.pharmacist.ask('query ($id: ID!) { formularyCsv(pharmacyId: $id) }', { id: public_.pharmacy });
  return data.formularyCsv;
}

test('ten thousand rows with fifty bad ones: the fifty are reported by line, and nothing is written', async () => {
  const bad = new Map(Array.from({ length: 50 }, (_, n) => [n * 199 + 7, n]));
  const rows = Array.from({ length: 10_000 }, (_, n) => ({
    ...{ item: `Cream ${n}`, formula: `Formula ${n}` },
    ...(bad.has(n) && { storage: 'WARM' }),
  }));
  const csv = gzipSync(list(...rows)).toString('base64');
  expect(Buffer.byteLength(csv)).toBeLessThan(1024 * 1024);
  const before = await counts();
  const report = await imported(csv, { encoding: 'GZIP_BASE64', write: true });
  expect(report).toEqual({
    ...{ __typename: 'FormularyImport', lines: 10_000, problemCount: 50, written: false, added: 0, changed: 0 },
    problems: [...bad.keys()].map((n) => ({
      line: n + 2,
      column: 'storage',
      message: 'is one of CONTROLLED_ROOM_TEMPERATURE, REFRIGERATED, FROZEN',
    })),
  });
  expect(await counts()).toEqual(before);

  const good = gzipSync(list(...rows.slice(0, 1_000).map((row) => ({ ...row, storage: cream.storage })))).toString('base64');
  const answer = await graph.otherPharmacist.ask(IMPORT, {
    input: { pharmacyId: public_.otherPharmacy, csv: good, encoding: 'GZIP_BASE64', write: true },
  });
  expect(answer.data.importFormulary).toMatchObject({ lines: 1_000, problemCount: 0, written: true, added: 1_000, changed: 0 });
  expect((await counts()).map((n, index) => n - (before[index] ?? 0))).toEqual(Array(5).fill(1_000));
});

test('it is only judged unless asked to be written; then all of it is, and what is exported is imported unchanged', async () => {
  const before = await counts();
  const csv = list({}, { item: 'Estriol cream 60 g', packValue: '60', priceCents: '' });
  expect(await imported(csv)).toMatchObject({ lines: 2, problemCount: 0, written: false, added: 0 });
  expect(await counts()).toEqual(before);
  expect(await imported(csv, { write: true })).toMatchObject({ lines: 2, problemCount: 0, written: true, added: 2, changed: 0 });
  expect((await counts()).map((n, index) => n - (before[index] ?? 0))).toEqual([1, 1, 1, 2, 1]);

  const text = await exported();
  const { rows } = readCsv(text, columns);
  expect(rows.find(({ cells }) => cells['item'] === cream.item)?.cells).toEqual({
    ...cream,
    ingredients: 'Estriol|FB33469R8E||1 mg in 1 g',
  });
  const after = await counts();
  expect(await imported(text, { write: true })).toMatchObject({
    lines: rows.length,
    problemCount: 0,
    written: true,
    added: 0,
    changed: rows.length,
  });
  expect(await counts()).toEqual(after);
  expect(await exported()).toBe(text);
});

test('of an item on record price, lead time, states and dates change; what is compounded does not', async () => {
  const [mine] = readCsv(await exported(), columns).rows.filter(({ cells }) => cells['item'] === cream.item);
  const now = mine?.cells as typeof cream;
  expect(await imported(list({ ...now, route: 'topical' }), { write: true })).toMatchObject({
    written: false,
    problems: [
      {
        line: 2,
        column: 'route',
        message: 'does not change of an item on record: offer what is compounded or packed otherwise under another name',
      },
      { line: 2, column: 'route', message: 'is not what the formula of this name has on record' },
    ],
  });
  expect(
    await imported(list({ ...now, priceCents: '5200', leadTimeDays: '5', shipsTo: '', effectiveTo: '2026-12-31' }), { write: true }),
  ).toMatchObject({
    ...{ written: true, added: 0, changed: 1 },
  });
  const SEEN = `query ($clinic: ID!) { formulary(clinicId: $clinic, shipTo: TX, search: "Estriol cream 30") {
    nodes { id active price { cents currency } prices { price { cents } } leadTimeDays shipsTo effectiveTo beyondUseBasis } } }`;
  const { data } = await graph.frontDesk.ask(SEEN, { clinic: public_.clinic });
  const [item] = data.formulary.nodes;
  expect(item).toMatchObject({
    ...{ active: true, price: { cents: 5200, currency: 'USD' }, prices: [{ price: { cents: 4900 } }, { price: { cents: 5200 } }] },
    ...{ leadTimeDays: 5, shipsTo: [], effectiveTo: '2026-12-31', beyondUseBasis: 'USP_DEFAULT' },
  });
  const SET = `mutation ($input: SetFormularyPriceInput!) { setFormularyPrice(input: $input) { __typename
    ... on FormularyItem { price { cents } prices { price { cents } effectiveFrom } } ... on InvalidInput { issues { path } } } }`;
  const price = (over: Record<string, unknown>) => ({ input: { itemId: item.id, cents: 5900, effectiveFrom: '2026-12-01', ...over } });
  expect((await graph.pharmacist.ask(SET, price({}))).data.setFormularyPrice).toMatchObject({
    __typename: 'FormularyItem',
    price: { cents: 5200 },
  });
  expect((await graph.pharmacist.ask(SET, price({ effectiveFrom: '2026-11-01' }))).data.setFormularyPrice).toEqual({
    ...{ __typename: 'InvalidInput', issues: [{ path: 'input.effectiveFrom' }] },
  });
  expect((await graph.otherPharmacist.ask(SET, price({}))).data.setFormularyPrice).toEqual({ __typename: 'NotFound' });
});

test('each way a row can be wrong is told by its line and column', async () => {
  const wrong: [Partial<typeof cream>, string][] = [
    [{ item: '' }, 'item'],
    [{ item: '=cmd()' }, 'item'],
    [{ sterile: 'maybe' }, 'sterile'],
    [{ sterile: 'yes' }, 'sterile'],
    [{ preparationType: '795-XX' }, 'preparationType'],
    [{ ingredients: '' }, 'ingredients'],
    [{ ingredients: 'Estriol|XXXXXXXXXX||1 mg in 1 g|' }, 'ingredients'],
    [{ ingredients: 'Estriol|||5 %|' }, 'ingredients'],
    [{ ingredients: 'Estriol|||0 mg in 1 g|' }, 'ingredients'],
    [{ ingredients: 'Estriol|||1 mg in 1 g|I' }, 'ingredients'],
    [{ excipients: 'Glycerin||FILLER|' }, 'excipients'],
    [{ storage: 'FROZEN' }, 'storage'],
    [{ beyondUseDays: '36' }, 'beyondUseDays'],
    [{ beyondUseDays: '' }, 'beyondUseDays'],
    [{ packUnit: '' }, 'packValue'],
    [{ packUnit: 'cc' }, 'packUnit'],
    [{ priceCents: '49.00' }, 'priceCents'],
    [{ priceCents: '', priceFrom: '2026-12-01' }, 'priceCents'],
    [{ leadTimeDays: '-1' }, 'leadTimeDays'],
    [{ shipsTo: 'TX ZZ' }, 'shipsTo'],
    [{ effectiveFrom: '2026-02-30' }, 'effectiveFrom'],
    [{ effectiveFrom: '2026-12-01', effectiveTo: '2026-11-01' }, 'effectiveTo'],
  ];
  const rows = wrong.map(([over], n) => ({ item: `Wrong ${n}`, formula: `Wrong ${n}`, ...over }));
  const { problems } = await imported(list(...rows));
  const columnsAt = (line: number) =>
    problems.filter((one: { line: number }) => one.line === line).map(({ column }: { column: string }) => column);
  expect(wrong.map((_, n) => columnsAt(n + 2))).toEqual(wrong.map(([, column]) => [column]));
});

test('a list without its columns, with a row twice, or that is no list, is told so', async () => {
  const columnless = await imported('item,formula\r\nA,B');
  expect(columnless).toMatchObject({
    code: 'INVALID_INPUT',
    message: expect.stringMatching(/^input\.csv: The list has no column dosageForm,/),
  });
  const again = { item: 'Twice', formula: 'Twice' };
  expect((await imported(list(again, again))).problems).toEqual([{ line: 3, column: 'item', message: 'is on line 2 already' }]);
  expect((await imported(list(again, { ...again, item: 'Else', route: 'oral' }))).problems).toEqual([
    { line: 3, column: 'route', message: 'is not what the formula of this name has on line 2' },
  ]);
  expect(await imported('x', { encoding: 'GZIP_BASE64' })).toMatchObject({ code: 'INVALID_INPUT' });
  expect(await imported('eHh4', { encoding: 'GZIP_BASE64' })).toMatchObject({ code: 'INVALID_INPUT' });
});

test('another pharmacy’s people, and who keeps no formulary, write and read none', async () => {
  const input = { pharmacyId: public_.pharmacy, csv: list({}), write: true };
  expect((await graph.otherPharmacist.ask(IMPORT, { input })).data.importFormulary).toMatchObject({ code: 'NOT_FOUND' });
  expect((await graph.technician.ask(IMPORT, { input })).data.importFormulary).toMatchObject({ code: 'FORBIDDEN' });
  const { errors } = await graph.otherPharmacist.ask('query ($id: ID!) { formularyCsv(pharmacyId: $id) }', { id: public_.pharmacy });
  expect(errors).toEqual(['formularyCsv NOT_FOUND']);
  expect(await graph.sql('select 1 from formulary_import where pharmacy_id not in ($1, $2)', [ids.pharmacy, ids.otherPharmacy])).toEqual(
    [],
  );
});

test('what is shipped elsewhere, or no longer offered, is not in a clinic’s formulary', async () => {
  const LIST = `query ($clinic: ID!) { formulary(clinicId: $clinic, shipTo: TX, search: "Semaglutide preservative-free") { nodes { id } } }`;
  const AMEND = `mutation ($input: AmendFormularyItemInput!) { amendFormularyItem(input: $input) { __typename ... on InvalidInput { issues { path message } } } }`;
  const listed = async () => (await graph.frontDesk.ask(LIST, { clinic: public_.clinic })).data.formulary.nodes.length;
  const amend = async (over: Record<string, unknown>) =>
    (await graph.pharmacist.ask(AMEND, { input: { itemId: public_.item, ...over } })).data.amendFormularyItem;
  expect(await listed()).toBe(1);
  expect(await amend({ shipsTo: ['FL'] })).toEqual({ __typename: 'FormularyItem' });
  expect(await listed()).toBe(0);
  expect(await amend({ shipsTo: [], effectiveTo: '2026-11-21' })).toEqual({ __typename: 'FormularyItem' });
  expect(await listed()).toBe(0);
  expect(await amend({ effectiveTo: '2027-11-21' })).toEqual({ __typename: 'FormularyItem' });
  expect(await listed()).toBe(1);
  expect(await amend({})).toMatchObject({ issues: [{ path: 'input' }] });
  expect(await amend({ beyondUseDays: 4_000 })).toMatchObject({ issues: [{ path: 'input.beyondUseDays' }] });
});

test('a national drug code is read with its hyphens, is one item’s alone, and stays when a list says nothing of it', async () => {
  const coded = {
    item: 'Estriol cream 15 g',
    formula: 'Estriol cream with a code',
    ingredients: 'Estriol|FB33469R8E||1 mg in 1 g',
    packValue: '15',
    ndc: '71234-567-15',
  };
  for (const ndc of ['7123456715', '71234567015', '71234-0567-15', '712-34567-15', '71234-567-1', '00000-000-00', '71234–567–15'])
    expect((await imported(list({ ...coded, ndc }))).problems, ndc).toMatchObject([{ line: 2, column: 'ndc' }]);
  for (const ndc of ['1234-5678-90', '71234-567-15', '71234-5678-1'])
    expect(await imported(list({ ...coded, ndc })), ndc).toMatchObject({ problemCount: 0 });
  expect((await imported(list(coded, { ...coded, item: 'Estriol cream 16 g' }))).problems).toEqual([
    { line: 3, column: 'ndc', message: 'is that of Estriol cream 15 g on line 2' },
  ]);
  expect(await imported(list(coded), { write: true })).toMatchObject({ written: true, added: 1 });
  expect((await imported(list({ ...coded, item: 'Estriol cream 17 g' }))).problems).toEqual([
    { line: 2, column: 'ndc', message: 'is that of Estriol cream 15 g on record' },
  ]);
  const without = columns.filter((column) => column !== 'ndc');
  const old = writeCsv(without, [without.map((column) => ({ ...cream, ...coded })[column])]);
  expect(await imported(old, { write: true })).toMatchObject({ written: true, changed: 1 });
  const { rows } = readCsv(await exported(), columns);
  const mine = rows.find(({ cells }) => cells['item'] === coded.item)?.cells;
  expect(mine?.['ndc']).toBe(coded.ndc);

  const amend = async (itemName: string, ndc: string) => {
    const [row] = await graph.sql<{ id: string }>('select id::text from formulary_item where name = $1', [itemName]);
    const { data } = await graph.pharmacist.ask(
      `mutation ($input: AmendFormularyItemInput!) { amendFormularyItem(input: $input) {
        __typename ... on FormularyItem { ndc } ... on InvalidInput { issues { path message } } } }`,
      { input: { itemId: toId('formularyItem', row?.id ?? ''), ndc } },
    );
    return data.amendFormularyItem;
  };
  expect(await amend(cream.item, coded.ndc)).toMatchObject({
    issues: [{ path: 'input.ndc', message: 'Another item of the pharmacy has this code.' }],
  });
  for (const ndc of ['', '7123456730', '71234056730', '71234-0567-30', 'NDC 71234-567-30'])
    expect((await amend(cream.item, ndc)).issues, ndc).toMatchObject([{ path: 'input.ndc' }]);
  expect(await amend(cream.item, '71234-567-30')).toMatchObject({ ndc: '71234-567-30' });
});
