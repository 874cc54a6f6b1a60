import type pg from 'pg';
import { bar, writeRowsLike } from './rows-like.ts';

// Numbers as ids: kind in the fourth group, which one in the last.
const id = (kind: string, n: string) => `('01900000-0000-7000-${kind}-' || lpad(to_hex(${n}), 12, '0'))::uuid`;

/** Exams and orders of two months past, spread over every clinic, as rows of a first signed order. Their documents are numbers, since figures read none. */
export async function giveMonths(byHand: pg.Client, orderId: string, orders: number): Promise<void> {
  const exams = orders / 4;
  // Each row would otherwise be held against the gate of its own day.
  await byHand.query('set session_replication_role = replica');
  await byHand.query(
    'create temporary table place as select id, row_number() over (order by id) - 1 as nth, count(*) over () as places from clinics.clinic',
  );
  await byHand.query('create unique index on place (nth)');
  const { rows } = await byHand.query<{ exam_id: string }>('select exam_id from prescriptions."order" where id = $1', [orderId]);
  const exam = `n % ${exams}`;
  const clinic = `(select id from place where nth = ${exam} % (select places from place limit 1))`;
  const asked = `'2026-09-01T12:00:00Z'::timestamptz + make_interval(mins => (${exam} * 80000::bigint / ${exams})::int)`;
  const told = (what: string, all: number) => (done: number) => console.log(`${what}: ${bar(done / all)} ${done} of ${all}`);
  await writeRowsLike(
    byHand,
    { schema: 'prescriptions', table: 'good_faith_exam', id: rows[0]?.exam_id ?? '' },
    {
      ...{ id: id('8b01', 'n'), clinic_id: clinic, patient_id: id('8b02', 'n'), valid_until: `'2027-09-01'` },
      ...{ requested_at: asked, started_at: `${asked} + interval '10 minutes'`, completed_at: `${asked} + interval '20 minutes'` },
    },
    exams,
    told('exams', exams),
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
        status_since: `${asked} + interval '30 minutes'`,
      },
      ...{ document: 'n::text', digest: `encode(sha256(n::text::bytea), 'hex')`, jws: `'{}'` },
    },
    orders,
    told('orders', orders),
  );
  await giveTrail(byHand, 2 * orders, told('rows of the trail', 2 * orders));
  await byHand.query('select prescriptions_metrics.rebuild()'); // no trigger noted these rows
  await byHand.query('vacuum (analyze) prescriptions."order"');
  await byHand.query('vacuum (analyze) prescriptions.good_faith_exam');
  // As if nobody had looked at these months before they were over.
  await byHand.query('truncate prescriptions.published_metric');
  await byHand.query(`update prescriptions.metric_publication set published_at = '1970-01-01', open_from = '1970-01-01'`);
}

/** Rows of the trail over the same months, of every clinic. */
async function giveTrail(byHand: pg.Client, count: number, told: (done: number) => void): Promise<void> {
  const { rows } = await byHand.query<{ id: string }>('select id from prescriptions.audit_event where patient_id is not null limit 1');
  const at = `(1788220800000 + n * 4800000000::bigint / ${count})`;
  await writeRowsLike(
    byHand,
    { schema: 'prescriptions', table: 'audit_event', id: rows[0]?.id ?? '' },
    {
      ...{ id: `(lpad(to_hex(${at}), 12, '0') || '70008b04' || lpad(to_hex(n), 12, '0'))::uuid`, at: `to_timestamp(${at} / 1000.0)` },
      ...{
        tenant_id: '(select id from place where nth = n % (select places from place limit 1))',
        patient_id: id('8b02', `n % ${count / 8}`),
      },
    },
    count,
    told,
  );
  await byHand.query('vacuum (analyze) prescriptions.audit_event');
}
