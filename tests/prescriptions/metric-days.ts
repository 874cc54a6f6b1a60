import pg from 'pg';
import { fromId } from '#kernel/ids.ts';
import type { TestGraph } from '../support/graph.ts';
import { orderDesk } from './order-desk.ts';

/** Moments around which a day could be the wrong one: midnights by UTC and by clinics, both changes of clocks, a leap day, a year's end. */
export const moments = [
  ...[
    '2031-03-08T23:59:59.999Z',
    '2031-03-09T00:00:00.000Z',
    '2031-03-09T05:59:59.999Z',
    '2031-03-09T06:00:00Z',
    '2031-03-09T07:59:59.999Z',
  ],
  ...['2031-03-09T08:00:00Z', '2031-03-10T04:59:59.999Z', '2031-03-10T05:00:00Z', '2031-11-02T05:30:00Z', '2031-11-02T06:30:00Z'],
  ...[
    '2031-11-02T07:00:00Z',
    '2031-11-03T05:59:59.999Z',
    '2032-02-29T23:59:59.999Z',
    '2032-03-01T00:00:00Z',
    '2031-12-31T23:59:59.999Z',
    '2032-01-01T00:00:00Z',
  ],
] as const;

/** Kept figures less those that plain SQL finds in the exams and orders, in one statement. */
export const DIFFERENCE = `
  with kept as (
    select clinic_id, day, metric, sum(n) as n from (
      select clinic_id, day, metric, n from prescriptions_metrics.metric_day union all
      select clinic_id, day, metric, n from prescriptions_metrics.metric_delta) k group by 1, 2, 3 having sum(n) <> 0
  ), approved as (
    select e.id, e.patient_id, e.completed_at, e.valid_until from prescriptions.good_faith_exam e where e.outcome like 'APPROVED%'
    union all select e.id, e.patient_id, greatest(e.completed_at, d.decided_at), d.valid_until
      from prescriptions.good_faith_exam e join prescriptions.exam_director_decision d on d.exam_id = e.id where d.outcome = 'APPROVED'
  ), brute as (
    select clinic_id, to_char(requested_at at time zone 'UTC', 'YYYY-MM-DD')::date as day, 'examsRequested' as metric, count(*)::numeric as n
      from prescriptions.good_faith_exam where outside_exam_id is null group by 1, 2
    union all select clinic_id, to_char(completed_at at time zone 'UTC', 'YYYY-MM-DD')::date, 'examsCompleted', count(*)
      from prescriptions.good_faith_exam where outside_exam_id is null and completed_at is not null group by 1, 2
    union all select clinic_id, to_char(signed_at at time zone 'UTC', 'YYYY-MM-DD')::date, 'ordersSigned', count(*)
      from prescriptions."order" where signed_at is not null group by 1, 2
    union all select o.clinic_id, to_char(o.signed_at at time zone 'UTC', 'YYYY-MM-DD')::date, 'ordersWithoutExam', count(*)
      from prescriptions."order" o where o.signed_at is not null and (o.exam_id, o.patient_id) not in (
        select a.id, a.patient_id from approved a where a.completed_at <= o.signed_at and a.valid_until >= (o.signed_at at time zone 'UTC')::date) group by 1, 2
  )
  (table kept except table brute) union all (table brute except table kept)`;

/** A change of one row. The rows of a writer are its own, so writers in one process never wait for each other's. */
export type Change =
  | { readonly kind: 'addExam' | 'addOrder'; readonly at: number; readonly clinic: number }
  | { readonly kind: 'moveExam' | 'completeExam' | 'moveOrder'; readonly at: number; readonly row: number }
  | {
      readonly kind: 'reopenExam' | 'examElsewhere' | 'dropExam' | 'dropOrder' | 'signOrderLater' | 'signOrderSooner';
      readonly row: number;
    }
  | { readonly kind: 'clinicOfExam' | 'clinicOfOrder'; readonly row: number; readonly clinic: number };

/** A graph's database with one completed exam and one signed order, whose copies can be changed as no program could. */
export class MetricDays {
  readonly graph: TestGraph;
  readonly #exam: string;
  readonly #order: string;
  #made = 0;
  #rows = new Map<string, string[]>();

  private constructor(graph: TestGraph, exam: string, order: string) {
    this.graph = graph;
    this.#exam = exam;
    this.#order = order;
  }

  static async begin(graph: TestGraph): Promise<MetricDays> {
    const order = fromId('order', await (await orderDesk(graph)).signed());
    const [row] = await graph.sql<{ exam_id: string }>('select exam_id::text from prescriptions."order" where id = $1', [order]);
    // The gates would refuse most sequences; what keeps the figures stays on.
    for (const table of ['good_faith_exam', '"order"']) {
      const checks = await graph.sql<{ name: string }>(
        `select quote_ident(conname) as name from pg_constraint where conrelid = $1::regclass and (contype = 'c' or conname = 'good_faith_exam_outside_exam_id_fkey')`,
        [`prescriptions.${table}`],
      );
      for (const { name } of checks) await graph.sql(`alter table prescriptions.${table} drop constraint ${name}`);
      await graph.sql(`alter table prescriptions.${table} disable trigger user`);
      for (const trigger of ['metric_added', 'metric_moved', 'metric_gone']) {
        await graph.sql(`alter table prescriptions.${table} enable trigger ${trigger}`);
      }
    }
    return new MetricDays(graph, row?.exam_id ?? '', order);
  }

  /** A connection of the owner's, in the zone given: no figure hangs on it. */
  async connect(zone: string): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: this.graph.database.ownerUrl, application_name: 'metric-days' });
    client.on('error', () => undefined);
    await client.connect();
    await client.query(`select set_config('timezone', $1, false)`, [zone]);
    return client;
  }

  /** What a writer does. A row that does not exist is changed by a statement that finds none. */
  async change(client: pg.Client, writer: string, change: Change): Promise<void> {
    if (!('row' in change)) return this.#add(client, writer, change);
    const isExam = change.kind.includes('xam');
    const mine = this.#rows.get(`${writer} ${isExam ? 'exam' : 'order'}`) ?? [];
    const id = mine[change.row % Math.max(1, mine.length)];
    if (id === undefined) return;
    const table = isExam ? 'prescriptions.good_faith_exam' : 'prescriptions."order"';
    const set = (what: string, ...values: unknown[]) => client.query(`update ${table} set ${what} where id = $1`, [id, ...values]);
    if (change.kind === 'moveExam') await set('requested_at = $2', moments[change.at]);
    else if (change.kind === 'completeExam') await set('completed_at = $2', moments[change.at]);
    else if (change.kind === 'reopenExam') await set('completed_at = null');
    else if (change.kind === 'examElsewhere') await set('outside_exam_id = case when outside_exam_id is null then id end');
    else if (change.kind === 'moveOrder') await set('signed_at = $2', moments[change.at]);
    else if (change.kind === 'signOrderLater') await set('signed_at = $2::timestamptz + interval $$9 years$$', moments[0]);
    else if (change.kind === 'signOrderSooner') await set('signed_at = $2::timestamptz - interval $$20 years$$', moments[0]);
    else if (change.kind === 'clinicOfExam' || change.kind === 'clinicOfOrder') await set('clinic_id = $2', this.clinic(change.clinic));
    else await client.query(`delete from ${table} where id = $1`, [id]);
  }

  /** One of three clinics of the tests' own. */
  clinic(n: number): string {
    return `019bbbbb-0000-7000-8000-00000000000${n % 3}`;
  }

  async #add(client: pg.Client, writer: string, { kind, at, clinic }: { kind: 'addExam' | 'addOrder'; at: number; clinic: number }) {
    this.#made += 1;
    const id = `019ccccc-0000-7000-8000-${String(this.#made).padStart(12, '0')}`;
    const [table, like, changes] =
      kind === 'addExam'
        ? ['good_faith_exam', this.#exam, { requested_at: moments[at] }]
        : ['order', this.#order, { signed_at: moments[at], document: id, digest: this.#made.toString(16).padStart(64, '0'), jws: '{}' }];
    await client.query(
      `insert into prescriptions."${table}" select (jsonb_populate_record(t, $2::jsonb)).* from prescriptions."${table}" t where id = $1`,
      [like, JSON.stringify({ id, clinic_id: this.clinic(clinic), ...changes })],
    );
    const key = `${writer} ${kind === 'addExam' ? 'exam' : 'order'}`;
    this.#rows.set(key, [...(this.#rows.get(key) ?? []), id]);
  }
}
