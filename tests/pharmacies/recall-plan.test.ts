import pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { fromId } from '#kernel/ids.ts';
import { affectedQuery } from '../../subgraphs/pharmacies/recall/affected.ts';
import { giveManyDispenses, manyLot } from './many-dispenses.ts';
import { giveFilled, START, start } from './recalled-world.ts';
import { supplyGraph, type SupplyGraph } from './supply-graph.ts';
import { ids } from './supply-world.ts';

const VOLUME = { dispenses: 10_000, lots: 400, clinics: 50, late: 2, lost: 9 };
/** What grows with the years a pharmacy works: nothing of it may be read from end to end. */
const GROWING = ['dispense', 'incident', 'shipment', 'fulfillment', 'lot', 'lot_component', 'lot_use', 'office_stock_supply'];

let graph: SupplyGraph;
beforeAll(async () => {
  graph = await supplyGraph();
  await giveManyDispenses(graph, VOLUME);
  await giveUses();
  await giveFilled(graph, { order: 1, patient: 1, clinic: 1, lot: 1 });
});
afterAll(() => graph?.[Symbol.asyncDispose]());

/** Something of every lot was given in clinics, and every lot lies in somebody's stock. */
async function giveUses(): Promise<void> {
  await graph.sql(
    `insert into lot_use (id, pharmacy_id, clinic_id, normalized_number, shipment_id, kind, quantity_value, quantity_unit, at)
     select gen_random_uuid(), s.pharmacy_id, s.clinic_id, l.normalized_number, s.id, 'GIVEN', 0.01, 'mL', now()
     from shipment s join lot l on l.id = s.lot_id, generate_series(1, 5)`,
  );
  await graph.sql(
    `insert into office_stock_supply (id, pharmacy_id, clinic_id, formulary_item_id, normalized_number, beyond_use_date, quantity_value, quantity_unit, received_at)
     select gen_random_uuid(), l.pharmacy_id, $1, l.formulary_item_id, l.normalized_number, l.beyond_use_date, 1, 'mL', now() from lot l, generate_series(1, 5)`,
    [ids.clinic],
  );
  for (const table of ['lot_use', 'office_stock_supply']) await graph.sql(`vacuum (analyze) ${table}`);
}

interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly Plans?: readonly Plan[];
}
const nodes = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodes)];

/** Asks, and answers how the database went about each statement, as the very role and with the very rights of the caller. */
async function planned(asked: () => Promise<void>): Promise<{ scanned: string[]; indexes: Set<string>; statements: string[] }> {
  const plans: { text: string; node: Plan }[] = [];
  const statements: string[] = [];
  const query = pg.Client.prototype.query;
  const spy = vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function (this: pg.Client, ...given: unknown[]) {
    const through = () => Reflect.apply(query, this, given);
    const [config] = given as [{ text?: string; values?: unknown[] } | string];
    if (typeof config !== 'object' || !/^\s*(select|insert|update|with)\b/i.test(config.text ?? '')) return through();
    const { text = '', values = [] } = config;
    statements.push(text);
    const explained: Promise<pg.QueryResult> = Reflect.apply(query, this, [{ text: `explain (format json) ${text}`, values }]);
    return explained.then(({ rows: [row] }) => {
      for (const node of nodes(row['QUERY PLAN'][0].Plan)) plans.push({ text, node });
      return through();
    });
  } as typeof query);
  await asked().finally(() => spy.mockRestore());
  const scanned = plans.filter(({ node }) => node['Node Type'] === 'Seq Scan' && GROWING.includes(node['Relation Name'] ?? ''));
  return {
    scanned: scanned.map(({ text, node }) => `${node['Relation Name']}: ${text}`),
    indexes: new Set(plans.flatMap(({ node }) => node['Index Name'] ?? [])),
    statements,
  };
}

async function recalled(input: Record<string, unknown>): Promise<string> {
  const { data, errors } = await graph.pharmacist.ask(START, input);
  if (data?.startRecall.__typename !== 'Recall') throw new Error(JSON.stringify({ data, errors }));
  return data.startRecall.id;
}

test('a recall reads nothing from end to end, and asks no more the more clinics it reaches', async () => {
  await recalled(start([manyLot(50)])); // the first one also reads what is kept from then on
  const one = await planned(async () => void (await recalled(start([manyLot(1)]))));
  expect(one.scanned).toEqual([]);
  expect([...one.indexes]).toContain('dispense_lot_id_clinic_id_patient_id_order_id_pharmacy_id_idx');
  const wide = Array.from({ length: 40 }, (_, n) => manyLot(n + 2));
  const many = await planned(async () => void (await recalled(start(wide))));
  // Jobs go on beside it, whose statements are none of it.
  const own = ({ statements }: typeof one) => statements.filter((text) => /recall|\blot\b|audit_event/i.test(text)).length;
  expect(own(many)).toBe(own(one));
  expect(own(one)).toBeLessThanOrEqual(12);
});

test('nor does one by an ingredient’s lot', async () => {
  await graph.sql(
    `insert into lot_component (id, pharmacy_id, lot_id, position, name, unii, supplier, number, normalized_number, expires_on, amount_value, amount_unit)
     select gen_random_uuid(), $1, l.id, p, 'Semaglutide', null, 'Acme', 'RAW-' || n, 'RAW-' || n, '2027-06-30', 1, 'g'
     from lot l, generate_series(1, 5) p, lateral (select hashtext(l.number || p) % 500 as n) as of`,
    [ids.pharmacy],
  );
  await graph.sql('vacuum (analyze) lot_component');
  const [{ number } = { number: '' }] = await graph.sql<{ number: string }>('select number from lot_component order by number limit 1');
  const asked = { input: { ...start([]).input, ingredientLots: [{ lotNumber: number }] } };
  const { scanned } = await planned(async () => void (await recalled(asked)));
  expect(scanned).toEqual([]);
});

test.each([
  ['how far it reaches', 'affected { orders } effectiveness { patients patientsOpen }'],
  ['whom to reach', 'patients(first: 20) { nodes { patient { id } orders { id } } }'],
  ['what stands in clinics', 'parcels(first: 20) { nodes { parcelId left { value } } }'],
  ['where it is', 'balances { sent { value } unaccounted { value } } dispositions(first: 20) { nodes { recordedAt } }'],
  ['the orders', 'fulfillments(first: 20) { nodes { order { id } } }'],
])('nor does reading of it %s, for the pharmacy and for a clinic', async (_what, fields) => {
  const id = await recalled(start([manyLot(200)]));
  const own = await recalled(start(['LOT-1']));
  for (const [who, recall] of [
    [graph.pharmacist, id],
    [graph.frontDesk, own],
  ] as const) {
    const { scanned } = await planned(async () => {
      expect((await who.ask(`query ($id: ID!) { recall(id: $id) { ${fields} } }`, { id: recall })).errors).toEqual([]);
    });
    expect(scanned).toEqual([]);
  }
});

test('the orders of a recall are leafed through to either side, each once', async () => {
  const id = await recalled(start([manyLot(300)]));
  const PAGE = `query ($id: ID!, $first: Int, $after: String, $last: Int, $before: String) { recall(id: $id) {
    fulfillments(first: $first, after: $after, last: $last, before: $before) {
      nodes { order { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }`;
  const page = async (variables: object) => (await graph.pharmacist.ask(PAGE, { id, ...variables })).data.recall.fulfillments;
  const of = ({ nodes: found }: { nodes: { order: { id: string } }[] }) => found.map(({ order }) => order.id);
  const all = of(await page({ first: 50 }));
  expect(new Set(all).size).toBe(all.length);
  const leafed: string[] = [];
  let after: string | undefined;
  for (let more = true; more; ) {
    const next = await page({ first: 4, after });
    leafed.push(...of(next));
    after = next.pageInfo.endCursor;
    more = next.pageInfo.hasNextPage;
  }
  expect(leafed).toEqual(all);
  const end = await page({ last: 3 });
  expect(of(end)).toEqual(all.slice(-3));
  expect(of(await page({ last: 3, before: end.pageInfo.startCursor }))).toEqual(all.slice(-6, -3));
  const { errors } = await graph.pharmacist.ask(PAGE, { id, first: 2, after: Buffer.from('GPC:S:none').toString('base64') });
  expect(errors).toEqual(['recall.fulfillments BAD_USER_INPUT']);
});

test.each(['force_custom_plan', 'force_generic_plan'])('what a young recall reached is looked up lot by lot, with %s', async (mode) => {
  const recall = await recalled(start([manyLot(mode === 'force_custom_plan' ? 30 : 31)]));
  const client = new pg.Client({ connectionString: graph.databaseUrl, options: `-c search_path=pharmacies -c plan_cache_mode=${mode}` });
  await client.connect();
  try {
    await client.query(`prepare counted (uuid, uuid[]) as ${affectedQuery}`);
    const { rows } = await client.query(`explain (format json) execute counted ('${fromId('recall', recall)}', '{${ids.pharmacy}}')`);
    const types = nodes(rows[0]['QUERY PLAN'][0].Plan).map((node) => node['Node Type']);
    expect(types).toContain('Nested Loop');
    expect(types.filter((type) => /^(Seq Scan|Gather|Gather Merge|Hash Join)$/.test(type))).toEqual([]);
  } finally {
    await client.end();
  }
});
