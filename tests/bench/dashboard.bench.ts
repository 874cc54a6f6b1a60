import { encodeBase64, encodeCursorTuple } from '@pothos/core';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromId, toId } from '#kernel/ids.ts';
import { placeTypeId } from '#prisma/seed/personas.ts';
import { twoHundredClinics } from '../clinics/two-hundred-clinics.ts';
import { orderDesk } from '../prescriptions/order-desk.ts';
import { testGraph, type TestGraph } from '../support/graph.ts';
import { inTurns } from './command/in-turns.ts';
import { giveMonths } from './command/months-of-work.ts';
import { rowsAsked } from './command/rows-like.ts';

const ORDERS = rowsAsked();
const FIGURES = ['examsRequested', 'examsCompleted', 'ordersSigned', 'ordersWithoutExam'] as const;

let graph: TestGraph;
let byHand: pg.Client;
let orderId: string;
beforeAll(async () => {
  graph = await testGraph();
  await twoHundredClinics(graph);
  orderId = await (await orderDesk(graph)).signed();
  byHand = new pg.Client({ connectionString: graph.database.ownerUrl });
  await byHand.connect();
  await giveMonths(byHand, fromId('order', orderId), ORDERS);
}, 1_800_000);
afterAll(async () => {
  await byHand?.end();
  await graph?.[Symbol.asyncDispose]();
});

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

/** What is asked each day, among all these. */
const DAILY = {
  'an order': 'query ($order: ID!) { order(id: $order) { status service signedAt } }',
  'a page of 50 of a clinic': 'query ($clinic: ID!) { orders(clinicId: $clinic, first: 50) { nodes { id status } } }',
  'its page from the middle':
    'query ($clinic: ID!, $after: String) { orders(clinicId: $clinic, first: 50, after: $after) { nodes { id status } } }',
} as const;

test('an order and pages of a clinic among them', { timeout: 600_000 }, async () => {
  const prescriber = await graph.as('prescriber');
  const { rows } = await byHand.query<{ clinic: string; since: Date; id: string }>(
    `select l.clinic_id as clinic, l.status_since as since, l.id from prescriptions."order" l
     where l.clinic_id = (select clinic_id from prescriptions."order" where id = $1) order by l.status_since, l.id
     offset (select count(*) / 2 from prescriptions."order" c where c.clinic_id = (select clinic_id from prescriptions."order" where id = $1)) limit 1`,
    [fromId('order', orderId)],
  );
  const [{ clinic, since, id } = expect.fail('no such order')] = rows;
  // As Pothos writes the cursor of a row that is found by several columns.
  const after = encodeBase64(`GPC:${encodeCursorTuple([clinic, since, id])}`);
  const variables = { order: orderId, clinic: toId('clinic', clinic), after };
  await inTurns(
    { name: 'daily', what: `what is asked each day among ${ORDERS} orders`, rounds: 30, warm: 10 },
    Object.entries(DAILY).map(([name, document]) => ({
      name,
      async round() {
        const { order, orders } = await prescriber.get(document, variables);
        expect(order ?? orders.nodes[0]).toMatchObject({ status: expect.any(String) });
      },
    })),
  );
});

const TRAIL = `query ($search: AuditSearch, $after: String) { auditTrail(search: $search, after: $after) { nodes { id action } endCursor } }`;

test('a page of the trail among twice as many rows', { timeout: 600_000 }, async () => {
  const auditor = await graph.as('auditor');
  const { rows } = await byHand.query<{ patient: string; middle: string }>(
    'select patient_id as patient, id as middle from prescriptions.audit_event where patient_id is not null order by id offset 1000 limit 1',
  );
  const [{ patient = '', middle = '' } = {}] = rows;
  const pages = {
    'the newest page': {},
    'a page of a month ago': { after: toId('auditEvent', middle) },
    'a patient’s': { search: { patientId: toId('patient', patient) } },
  };
  await inTurns(
    { name: 'trail', what: `a page of the trail among ${2 * ORDERS} rows`, rounds: 30, warm: 10 },
    Object.entries(pages).map(([name, variables]) => ({
      name,
      async round() {
        const { auditTrail } = await auditor.get(TRAIL, variables);
        expect(auditTrail.nodes.length).toBeGreaterThan(0);
      },
    })),
  );
});
