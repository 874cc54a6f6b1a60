import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '#kernel/metric-days.ts';
import type { Data } from '../support/graph.ts';
import { supplyGraph, type SupplyGraph } from './supply-graph.ts';
import { ids, uuid } from './supply-world.ts';

let graph: SupplyGraph;
const clients: pg.Client[] = [];
beforeAll(async () => {
  graph = await supplyGraph();
  // What orders may become is others' affair; what keeps the figures stays on.
  for (const { name } of await graph.sql<{ name: string }>(
    `select quote_ident(conname) as name from pg_constraint where conrelid = 'fulfillment'::regclass and contype = 'c'`,
  ))
    await graph.sql(`alter table fulfillment drop constraint ${name}`);
  await graph.sql('alter table fulfillment disable trigger user');
  for (const trigger of ['metric_added', 'metric_moved', 'metric_gone'])
    await graph.sql(`alter table fulfillment enable trigger ${trigger}`);
  for (const zone of ['America/Chicago', 'Pacific/Guam', 'UTC', 'America/New_York']) clients.push(await connect(zone));
});
afterAll(async () => {
  await Promise.all(clients.map((client) => client.end()));
  await graph?.[Symbol.asyncDispose]();
});

/** The owner's, in a zone: no figure hangs on it. */
async function connect(zone: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: graph.databaseUrl, options: '-c search_path=pharmacies' });
  client.on('error', () => undefined);
  await client.connect();
  await client.query(`select set_config('timezone', $1, false)`, [zone]);
  return client;
}

const client = (n: number): pg.Client => clients[n] ?? expect.fail('no such connection');

/** Midnights by UTC and by clinics, both changes of clocks, a leap day, a year's end. */
const moments = [
  ...['2031-03-08T23:59:59.999Z', '2031-03-09T00:00:00.000Z', '2031-03-09T08:00:00Z', '2031-03-10T04:59:59.999Z'],
  ...['2031-11-02T05:30:00Z', '2031-11-02T06:30:00Z', '2032-02-29T12:00:00Z', '2031-12-31T23:59:59.999Z', '2032-01-01T00:00:00Z'],
];

/** The difference of each figure between what is kept and what the rows say, counted without any function of theirs. */
const DIFFERENCE = `with kept as (
    select clinic_id, day, metric, sum(n) as n from (select clinic_id, day, metric, n from pharmacies_metrics.metric_day
      union all select clinic_id, day, metric, n from pharmacies_metrics.metric_delta) x group by 1, 2, 3),
  real as (
    select clinic_id, (dispensed_at at time zone 'UTC')::date as day, 'ordersDispensed' as metric, count(*) as n from fulfillment where dispensed_at is not null group by 1, 2
    union all select clinic_id, (closed_at at time zone 'UTC')::date, 'ordersRejected', count(*) from fulfillment where status = 'REJECTED' and closed_at is not null group by 1, 2)
  select * from kept full join real using (clinic_id, day, metric) where coalesce(kept.n, 0) <> coalesce(real.n, 0)`;
const differences = async () => (await client(2).query(DIFFERENCE)).rows;
const fold = (by: pg.Client, atOnce = 5_000) => by.query<{ n: number }>('select pharmacies_metrics.fold($1) as n', [atOnce]);

type Change =
  | { readonly kind: 'add'; readonly clinic: number }
  | { readonly kind: 'dispense' | 'reject' | 'close'; readonly row: number; readonly at: number }
  | { readonly kind: 'undo' | 'return' | 'drop'; readonly row: number }
  | { readonly kind: 'clinic'; readonly row: number; readonly clinic: number };

let made = 0;
const rows = new Map<string, string[]>();
const clinicId = (n: number): string => uuid(71, (n % 3) + 1);

async function change(by: pg.Client, writer: string, what: Change): Promise<void> {
  const mine = rows.get(writer) ?? [];
  if (what.kind === 'add') {
    made += 1;
    const id = uuid(70, made);
    await by.query(
      `insert into fulfillment (id, order_id, attempt, pharmacy_id, clinic_id, patient_id, prescriber_id, formulary_item_id, ship_to_state, signed_at, document_digest, status, received_at)
       values ($1, $1, 1, $2, $3, $1, $4, $5, 'TX', $6, 'x', 'RECEIVED', $6)`,
      [id, ids.pharmacy, clinicId(what.clinic), ids.prescriber, ids.item, moments[0]],
    );
    rows.set(writer, [...mine, id]);
    return;
  }
  const id = mine[what.row % Math.max(1, mine.length)];
  if (id === undefined) return;
  const set = (text: string, ...values: unknown[]) => by.query(`update fulfillment set ${text} where id = $1`, [id, ...values]);
  if (what.kind === 'dispense') await set(`status = 'DISPENSED', dispensed_at = $2`, moments[what.at]);
  else if (what.kind === 'reject') await set(`status = 'REJECTED', closed_at = $2`, moments[what.at]);
  else if (what.kind === 'close') await set(`status = 'RETURNED', closed_at = $2`, moments[what.at]);
  else if (what.kind === 'undo') await set(`status = 'CLAIMED', dispensed_at = null`);
  else if (what.kind === 'return') await set(`status = 'RETURNED'`);
  else if (what.kind === 'clinic') await set('clinic_id = $2', clinicId(what.clinic));
  else await by.query('delete from fulfillment where id = $1', [id]);
}

const [at, row, clinic, writer] = [fc.nat(moments.length - 1), fc.nat(9), fc.nat(2), fc.nat(1)];
const changes: fc.Arbitrary<Change> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('add' as const), clinic }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('dispense', 'reject', 'close'), row, at }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('undo', 'return', 'drop'), row }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('clinic' as const), row, clinic }) },
);
type Step =
  | { readonly writer: number; readonly change: Change }
  | { readonly writer: number; readonly end: 'commit' | 'rollback' }
  | { readonly chore: 'fold' | 'fold some' | 'rebuild' };
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ writer, change: changes }) },
  { weight: 3, arbitrary: fc.record({ writer, end: fc.constantFrom('commit', 'rollback') }) },
  { weight: 2, arbitrary: fc.record({ chore: fc.constantFrom('fold', 'fold some', 'rebuild') }) },
);

test('whatever becomes of fulfillments, committed or not, folded or not: the days are what the rows say', {
  timeout: 240_000,
}, async () => {
  let nth = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      nth += 1;
      await Promise.all([client(0).query('rollback'), client(1).query('rollback')]);
      await Promise.all([client(0).query('begin'), client(1).query('begin')]);
      for (const each of steps) {
        if ('chore' in each) {
          if (each.chore === 'rebuild')
            expect((await client(3).query('select pharmacies_metrics.rebuild() as n')).rows).toEqual([{ n: 0 }]);
          else await fold(client(3), each.chore === 'fold' ? undefined : 2);
        } else if ('change' in each) await change(client(each.writer), `${nth} ${each.writer}`, each.change);
        else await client(each.writer).query(`${each.end} and chain`);
        expect(await differences()).toEqual([]);
      }
      await Promise.all([client(0).query('commit'), client(1).query('rollback')]);
      expect(await differences()).toEqual([]);
    }),
    { numRuns: 30 },
  );
});

test('with writers and folders at once, every reader sees the exact figures', { timeout: 120_000 }, async () => {
  const own = await Promise.all(['UTC', 'America/Denver', 'UTC', 'UTC', 'UTC'].map(connect));
  const [one, two, folder, otherFolder, reader] = own as [pg.Client, pg.Client, pg.Client, pg.Client, pg.Client];
  let writing = true;
  const until = async (work: () => Promise<unknown>): Promise<void> => {
    while (writing) await work();
  };
  const write = async (by: pg.Client, name: string): Promise<void> => {
    for (let n = 0; n < 60; n += 1) {
      await by.query('begin');
      // All of them in one cell: with a counter they would stand in line.
      await change(by, name, { kind: 'add', clinic: 0 });
      await change(by, name, { kind: 'dispense', row: n, at: 0 });
      await by.query(n % 4 === 0 ? 'rollback' : 'commit');
    }
  };
  const chores = [
    until(() => fold(folder, 7)),
    until(() => fold(otherFolder, 5)),
    until(async () => expect((await reader.query(DIFFERENCE)).rows).toEqual([])),
  ];
  await Promise.all([write(one, 'one'), write(two, 'two')]).finally(() => {
    writing = false;
  });
  await Promise.all(chores);
  expect(await differences()).toEqual([]);
  await Promise.all(own.map((each) => each.end()));
});

test('a hundred times the fulfillments on the same days: no more rows are read', async () => {
  const add = (count: number) =>
    graph.sql(
      `insert into fulfillment (id, order_id, attempt, pharmacy_id, clinic_id, patient_id, prescriber_id, formulary_item_id, ship_to_state, signed_at, document_digest, status, received_at, dispensed_at)
       select uuidv7(), uuidv7(), 1, $1, $2, uuidv7(), $3, $4, 'TX', at, 'x', 'DISPENSED', at, at
       from (select timestamptz '2033-04-01Z' + n % 30 * interval '1 day' as at from generate_series(1, $5::integer) n) x`,
      [ids.pharmacy, uuid(71, 9), ids.prescriber, ids.item, count],
    );
  /** Rows that the figures of a month take out of each table, as the statistics of a connection's only transaction count them. */
  const read = async () => {
    await fold(client(2));
    const reader = await connect('UTC');
    await reader.query('begin');
    const figures = await reader.query<{ value: number }>(
      `select value from pharmacies_metrics.summed('2033-04-01', '2033-04-30', array[$1::uuid], false)`,
      [uuid(71, 9)],
    );
    const { rows: taken } = await reader.query<{ relname: string; n: number }>(
      `select relname, (coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))::integer as n from pg_stat_xact_user_tables
       where relname in ('fulfillment', 'metric_day', 'metric_delta') and schemaname like 'pharmacies%' order by 1`,
    );
    await reader.end();
    return { value: figures.rows[0]?.value, taken: Object.fromEntries(taken.map(({ relname, n }) => [relname, n])) };
  };
  await add(30);
  const before = await read();
  expect(before).toMatchObject({ value: 30, taken: { fulfillment: 0, metric_delta: 0 } });
  expect(before.taken.metric_day).toBeGreaterThanOrEqual(30);
  await add(2_970);
  expect(await read()).toEqual({ ...before, value: 3_000 });
});

test('nobody but those functions reads or writes the days', async () => {
  const { rows: open } = await client(2).query(
    `select table_name, grantee from information_schema.role_table_grants where table_schema = 'pharmacies_metrics' and grantee <> 'goodfaith_supply_metrics'`,
  );
  expect(open).toEqual([]);
  const { rows: policies } = await client(2).query(
    `select relname from pg_class where relnamespace = 'pharmacies_metrics'::regnamespace and relkind = 'r' and not (relrowsecurity and relforcerowsecurity)`,
  );
  expect(policies).toEqual([]);
});

test('the command sets figures of this side right too, and says so in the trail', async () => {
  await client(2).query(`insert into pharmacies_metrics.metric_day values ($1, '2030-01-01', 'ordersRejected', 3)`, [clinicId(0)]);
  const command = (...given: string[]) =>
    run(
      given,
      async () => graph.databaseUrl,
      () => graph.clock.now(),
    );
  expect(await command('--check')).toMatchObject({ exit: 1, lines: expect.arrayContaining(['pharmacies: 1 figures are wrong']) });
  expect(await command()).toMatchObject({ exit: 0, lines: expect.arrayContaining(['pharmacies: 1 figures were set right']) });
  expect(await differences()).toEqual([]);
  const trail = await graph.sql<Data>(`select detail, actor from audit_event where action = 'metrics.rebuilt'`);
  expect(trail).toEqual([{ detail: { mended: 1 }, actor: 'pharmacies' }]);
});
