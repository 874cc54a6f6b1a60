import pg from 'pg';
import { afterAll, beforeAll, test } from 'vitest';
import { fromId, toId } from '#kernel/ids.ts';
import { placeTypeId } from '#prisma/seed/personas.ts';
import { twoHundredClinics } from '../clinics/two-hundred-clinics.ts';
import { orderDesk } from '../prescriptions/order-desk.ts';
import { testGraph, type TestGraph } from '../support/graph.ts';
import { inTurns } from './command/in-turns.ts';
import { bar, rowsAsked, writeRowsLike } from './command/rows-like.ts';

const ORDERS = rowsAsked();
const EXAMS = ORDERS / 4;
const FIGURES = ['examsRequested', 'examsCompleted', 'ordersSigned', 'ordersWithoutExam'] as const;

let graph: TestGraph;
let byHand: pg.Client;
beforeAll(async () => {
  graph = await testGraph();
  await twoHundredClinics(graph);
  const orderId = await (await orderDesk(graph)).signed();
  byHand = new pg.Client({ connectionString: graph.database.ownerUrl });
  await byHand.connect();
  await giveMonths(fromId('order', orderId));
}, 1_800_000);
afterAll(async () => {
  await byHand?.end();
  await graph?.[Symbol.asyncDispose]();
});

// Numbers as ids: kind in the fourth group, which one in the last.
const id = (kind: string, n: string) => `('01900000-0000-7000-${kind}-' || lpad(to_hex(${n}), 12, '0'))::uuid`;

/** Exams and orders of two months past, spread over every clinic, as rows of a first signed order. Their documents are numbers, since figures read none. */
async function giveMonths(orderId: string): Promise<void> {
  // Each row would otherwise be held against the gate of its own day.
  await byHand.query('set session_replication_role = replica');
  await byHand.query(
    'create temporary table place as select id, row_number() over (order by id) - 1 as nth, count(*) over () as places from clinics.clinic',
  );
  await byHand.query('create unique index on place (nth)');
  const { rows } = await byHand.query<{ exam_id: string }>('select exam_id from prescriptions."order" where id = $1', [orderId]);
  const exam = `n % ${EXAMS}`;
  const clinic = `(select id from place where nth = ${exam} % (select places from place limit 1))`;
  const asked = `'2026-09-01T12:00:00Z'::timestamptz + make_interval(mins => (${exam} * 80000::bigint / ${EXAMS})::int)`;
  const told = (what: string, all: number) => (done: number) => console.log(`${what}: ${bar(done / all)} ${done} of ${all}`);
  await writeRowsLike(
    byHand,
    { schema: 'prescriptions', table: 'good_faith_exam', id: rows[0]?.exam_id ?? '' },
    {
      ...{ id: id('8b01', 'n'), clinic_id: clinic, patient_id: id('8b02', 'n'), valid_until: `'2027-09-01'` },
      ...{ requested_at: asked, started_at: `${asked} + interval '10 minutes'`, completed_at: `${asked} + interval '20 minutes'` },
    },
    EXAMS,
    told('exams', EXAMS),
  );
  await writeRowsLike(
    byHand,
    { schema: 'prescriptions', table: 'order', id: orderId },
    {
      ...{
        id: id('8b03', 'n'),
        clinic_id: clinic,
        patient_id: id('8b02', exam),
        exam_id: id('8b01', exam),
        signed_at: `${asked} + interval '30 minutes'`,
      },
      ...{ document: 'n::text', digest: `encode(sha256(n::text::bytea), 'hex')`, jws: `'{}'` },
    },
    ORDERS,
    told('orders', ORDERS),
  );
  await byHand.query('select prescriptions_metrics.rebuild()'); // no trigger noted these rows
  await byHand.query('vacuum (analyze) prescriptions."order"');
  await byHand.query('vacuum (analyze) prescriptions.good_faith_exam');
  // As if nobody had looked at these months before they were over.
  await byHand.query('truncate prescriptions.published_metric');
  await byHand.query(`update prescriptions.metric_publication set published_at = '1970-01-01', open_from = '1970-01-01'`);
}

const DASHBOARD = `query ($id: ID!) { mso(id: $id) { clinics(first: 200) { nodes { id metrics(from: "2026-09-01", to: "2026-10-31") { ${FIGURES.join(' ')} } } } } }`;

/** The same over base tables. */
const BASE = `with of as (select unnest($3::uuid[]) as id),
  exam as (select clinic_id, count(*) filter (where requested_at >= $1 and requested_at < $2) as requested, count(*) filter (where completed_at >= $1 and completed_at < $2) as completed
    from prescriptions.good_faith_exam where outside_exam_id is null group by 1),
  ordered as (select o.clinic_id, count(*) as signed, count(*) filter (where e.id is null) as bare
    from prescriptions."order" o left join prescriptions.good_faith_exam e on e.id = o.exam_id and e.patient_id = o.patient_id and e.completed_at <= o.signed_at
      and e.outcome in ('APPROVED', 'APPROVED_WITH_CONDITIONS') and e.valid_until >= (o.signed_at at time zone 'UTC')::date
    where o.signed_at >= $1 and o.signed_at < $2 group by 1)
  select of.id::text, coalesce(requested, 0)::int as "examsRequested", coalesce(completed, 0)::int as "examsCompleted", coalesce(signed, 0)::int as "ordersSigned", coalesce(bare, 0)::int as "ordersWithoutExam"
  from of left join exam on exam.clinic_id = of.id left join ordered on ordered.clinic_id = of.id`;

type Row = { readonly id: string } & Readonly<Record<(typeof FIGURES)[number], number>>;

test('the numbers of two hundred clinics with a million orders', { timeout: 600_000 }, async () => {
  const manager = await graph.as('mso-manager');
  const { mso } = await manager.get('query ($id: ID!) { mso(id: $id) { clinics(first: 200) { nodes { id } } } }', {
    id: placeTypeId('mso-a'),
  });
  const clinics = mso.clinics.nodes.map((clinic: { id: string }) => fromId('clinic', clinic.id));
  const shown = (rows: readonly Row[]) => rows.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  await inTurns(
    { name: 'dashboard', what: `numbers of 200 clinics over two months with ${ORDERS} orders`, rounds: 20, warm: 5, compared: true },
    [
      {
        name: 'one SQL statement over base tables',
        async round() {
          const { rows } = await byHand.query<Row>(BASE, ['2026-09-01T00:00:00Z', '2026-11-01T00:00:00Z', clinics]);
          return shown(rows.map((row) => ({ ...row, id: toId('clinic', row.id) })));
        },
      },
      {
        name: 'Goodfaith',
        async round() {
          const { mso } = await manager.get(DASHBOARD, { id: placeTypeId('mso-a') });
          return shown(
            mso.clinics.nodes.map(({ id: clinic, metrics }: { id: string; metrics: Omit<Row, 'id'> }) => ({ id: clinic, ...metrics })),
          );
        },
      },
    ],
  );
});
