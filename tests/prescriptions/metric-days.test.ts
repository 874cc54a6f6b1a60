import fc from 'fast-check';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromId } from '#kernel/ids.ts';
import { run } from '#kernel/metric-days.ts';
import { type Data, testGraph, type TestGraph } from '../support/graph.ts';
import { austin } from './order-desk.ts';
import { type Change, DIFFERENCE, MetricDays, moments } from './metric-days.ts';
import { runJob } from './queue-story.ts';

let graph: TestGraph;
let days: MetricDays;
const clients: pg.Client[] = [];
beforeAll(async () => {
  graph = await testGraph();
  days = await MetricDays.begin(graph);
  for (const zone of ['America/Chicago', 'Pacific/Guam', 'UTC', 'America/New_York']) clients.push(await days.connect(zone));
});
afterAll(async () => {
  await Promise.all(clients.map((client) => client.end()));
  await graph?.[Symbol.asyncDispose]();
});

const client = (n: number): pg.Client => clients[n] ?? expect.fail('no such connection');
const differences = async () => (await client(2).query(DIFFERENCE)).rows;
const fold = (by: pg.Client, atOnce = 5_000) => by.query<{ n: number }>('select prescriptions_metrics.fold($1) as n', [atOnce]);
const command = (...given: string[]) =>
  run(
    given,
    async () => graph.database.ownerUrl,
    () => graph.clock.now(),
  );

const at = fc.nat(moments.length - 1);
const row = fc.nat(9);
const clinic = fc.nat(2);
const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('addExam', 'addOrder'), at, clinic }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('moveExam', 'completeExam', 'moveOrder'), at, row }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('reopenExam', 'examElsewhere', 'dropExam', 'dropOrder', 'signOrderLater', 'signOrderSooner'),
      row,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('clinicOfExam', 'clinicOfOrder'), row, clinic }) },
);
type Step =
  | { readonly writer: number; readonly change: Change }
  | { readonly writer: number; readonly end: 'commit' | 'rollback' }
  | { readonly chore: string };
const writer = fc.nat(1);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ writer, change }) },
  { weight: 3, arbitrary: fc.record({ writer, end: fc.constantFrom('commit', 'rollback') }) },
  { weight: 2, arbitrary: fc.record({ chore: fc.constantFrom('fold', 'fold some', 'rebuild', 'fold in vain', 'check') }) },
);

/** What is done beside the writers, whose transactions are open meanwhile. */
async function chore(what: string): Promise<void> {
  const other = client(3);
  if (what === 'fold') await fold(other);
  if (what === 'fold some') await fold(other, 2);
  if (what === 'rebuild') expect((await other.query('select prescriptions_metrics.rebuild() as n')).rows).toEqual([{ n: 0 }]);
  if (what === 'check') expect((await other.query('select * from prescriptions_metrics.differences()')).rows).toEqual([]);
  if (what !== 'fold in vain') return;
  await other.query('begin');
  await fold(other);
  await other.query('rollback');
}

test('whatever is changed, committed or not, folded or not: the days are what the rows say', { timeout: 240_000 }, async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      run += 1;
      await Promise.all([client(0).query('rollback'), client(1).query('rollback'), client(3).query('rollback')]);
      await Promise.all([client(0).query('begin'), client(1).query('begin')]);
      for (const each of steps) {
        if ('chore' in each) await chore(each.chore);
        else if ('change' in each) await days.change(client(each.writer), `${run} ${each.writer}`, each.change);
        else await client(each.writer).query(`${each.end} and chain`);
        expect(await differences()).toEqual([]);
      }
      await Promise.all([client(0).query('commit'), client(1).query('rollback')]);
      expect(await differences()).toEqual([]);
    }),
    { numRuns: 40 },
  );
});

test('figures over any days are the sum of those days', async () => {
  const ranges = fc.tuple(fc.integer({ min: 0, max: 420 }), fc.integer({ min: 0, max: 420 }));
  const dayOf = (n: number) => new Date(Date.UTC(2031, 0, 1 + n)).toISOString();
  await fc.assert(
    fc.asyncProperty(ranges, fc.nat(2), async ([from, length], n) => {
      const values = [[days.clinic(n)], dayOf(from), dayOf(from + length)];
      const counted = await client(1).query<Data>(
        `select metric, value from prescriptions_metrics.counted($2, $3, $1::uuid[], false) where metric in ('examsRequested', 'ordersSigned') order by 1`,
        values,
      );
      const brute = await client(0).query<Data>(
        `select * from (select 'examsRequested' as metric, count(*)::float8 as value from prescriptions.good_faith_exam
             where clinic_id = any ($1) and outside_exam_id is null and requested_at >= $2 and requested_at < $3
           union all select 'ordersSigned', count(*)::float8 from prescriptions."order" where clinic_id = any ($1) and signed_at >= $2 and signed_at < $3) x
         where value > 0 order by 1`,
        values,
      );
      expect(counted.rows).toEqual(brute.rows);
    }),
    { numRuns: 60 },
  );
});

test('with writers, folders and rebuilders at once, every reader sees the exact figures, and nobody waits for a writer', {
  timeout: 120_000,
}, async () => {
  const own = await Promise.all(['UTC', 'America/Denver', 'UTC', 'UTC', 'UTC', 'UTC', 'UTC'].map((zone) => days.connect(zone)));
  const [one, two, three, folder, otherFolder, rebuilder, reader] = own as [
    pg.Client,
    pg.Client,
    pg.Client,
    pg.Client,
    pg.Client,
    pg.Client,
    pg.Client,
  ];
  let writing = true;
  const until = async (run: () => Promise<unknown>) => {
    for (; writing; ) await run();
  };
  const write = async (by: pg.Client, name: string) => {
    for (let n = 0; n < 60; n += 1) {
      await by.query('begin');
      // All of them in one cell: with a counter they would stand in line.
      await days.change(by, name, { kind: 'addExam', at: 0, clinic: 0 });
      await days.change(by, name, { kind: 'addOrder', at: 0, clinic: 0 });
      await days.change(by, name, { kind: 'moveExam', at: n % moments.length, row: n });
      await by.query(n % 4 === 0 ? 'rollback' : 'commit');
    }
  };
  const chores = [
    until(() => fold(folder, 7)),
    until(() => fold(otherFolder, 5)),
    until(() => rebuilder.query('select prescriptions_metrics.rebuild()')),
    until(async () => expect((await reader.query(DIFFERENCE)).rows).toEqual([])),
  ];
  // Open from first to last: whoever took a lock that others need would stop them all.
  await client(0).query('begin');
  await days.change(client(0), 'open', { kind: 'addExam', at: 0, clinic: 0 });
  await Promise.all([write(one, 'one'), write(two, 'two'), write(three, 'three')]).finally(() => (writing = false));
  await Promise.all(chores);
  await client(0).query('commit');
  expect(await differences()).toEqual([]);
  await Promise.all(own.map((each) => each.end()));
});

test('a folder that dies takes nothing with it', async () => {
  await days.change(client(0), 'dies', { kind: 'addExam', at: 3, clinic: 1 });
  const dying = await days.connect('UTC');
  await dying.query('begin');
  expect((await fold(dying)).rows[0]?.n).toBeGreaterThan(0);
  const { rows } = await dying.query<{ pid: number }>('select pg_backend_pid() as pid');
  await client(0).query('select pg_terminate_backend($1, 5000)', [rows[0]?.pid]);
  await dying.end().catch(() => undefined);
  expect(await differences()).toEqual([]);
  expect((await fold(client(0))).rows[0]?.n).toBeGreaterThan(0);
  expect(await differences()).toEqual([]);
});

test('the job leaves no change unfolded, and the order that was signed is in its day', async () => {
  await days.change(client(0), 'job', { kind: 'addOrder', at: 5, clinic: 2 });
  await runJob(graph, 'fold-metrics');
  expect(await graph.sql('select 1 from prescriptions_metrics.metric_delta')).toEqual([]);
  const signed = await graph.sql<Data>(
    `select n::int from prescriptions_metrics.metric_day where clinic_id = $1 and metric = 'ordersSigned' and n <> 0`,
    [fromId('clinic', austin)],
  );
  expect(signed).toEqual([{ n: 1 }]);
});

test('the command says where figures are wrong, without any of them, and sets them right', async () => {
  const right = 'every figure is what the records say';
  expect(await command('--check')).toEqual({ lines: [`prescriptions: ${right}`, `pharmacies: ${right}`], exit: 0 });
  await graph.sql(`insert into prescriptions_metrics.metric_day values ($1, '2030-01-01', 'ordersSigned', 4) on conflict do nothing`, [
    days.clinic(0),
  ]);
  await graph.sql(`delete from prescriptions_metrics.metric_day where clinic_id = $1 and n <> 0`, [fromId('clinic', austin)]);
  const { lines, exit } = await command('--check');
  expect(exit).toBe(1);
  expect(lines).toContainEqual(expect.stringMatching(/^prescriptions: cli_\w+ 2030-01-01 ordersSigned: \+4$/));
  expect(lines.slice(-2)).toEqual([expect.stringMatching(/^prescriptions: \d+ figures are wrong$/), `pharmacies: ${right}`]);
  const wrong = lines.length - 2;
  expect(await command()).toEqual({
    lines: [`prescriptions: ${wrong} figures were set right`, 'pharmacies: 0 figures were set right'],
    exit: 0,
  });
  expect(await differences()).toEqual([]);
  expect(await command()).toEqual({ lines: ['prescriptions: 0 figures were set right', 'pharmacies: 0 figures were set right'], exit: 0 });
  const trail = await graph.sql<Data>(`select detail from prescriptions.audit_event where action = 'metrics.rebuilt' order by at, id`);
  expect(trail.map(({ detail }) => detail)).toContainEqual({ mended: wrong });
});

test.each([[['--wrong']], [['clinic']], [['--check', '2031-01-01']]])('%j is refused with how it is called', async (given) => {
  const { lines, exit } = await command(...given);
  expect([exit, lines.join('\n')]).toEqual([1, expect.stringContaining('npm run rebuild-metrics')]);
});
