import type { RawTx } from './db.ts';

/** An audit row as the trail shows it. */
export interface Row {
  readonly id: string;
  readonly at: Date;
  readonly kind: string;
  readonly action: string;
  readonly actor: string;
  readonly actor_name: string;
  readonly service: string | null;
  readonly subject_kind: string | null;
  readonly subject_id: string | null;
  readonly patient_id: string | null;
  readonly request_id: string;
  readonly detail: unknown;
}

/** Which rows: all that is given has to hold. */
export interface TrailSearch {
  readonly patientId: string | null;
  readonly actor: string | null;
  readonly from: Date | null;
  readonly to: Date | null;
  /** Only rows written before this one. */
  readonly before: string | null;
  readonly first: number;
  /** The places whose trails the reader may read; null for every one. */
  readonly tenants: readonly string[] | null;
}

const COLUMNS = `e.id::text, e.at, e.kind, e.action, e.actor, e.actor_name, e.service, e.subject_kind, e.subject_id::text, e.patient_id::text,
  e.request_id, e.detail`;
/**
 * The newest rows first, one page. Each search goes by an index that is in the order of the page: by whom a row is about, who acted, or
 * where, one place after the other. So it costs what it shows, and not what years have left; which rows may be seen is the policies' affair.
 */
export async function readTrail(db: RawTx, search: TrailSearch): Promise<Row[]> {
  const values: unknown[] = [];
  const value = (given: unknown, type: string): string => `$${values.push(given)}::${type}`;
  const most = value(search.first, 'int');
  const page = `order by e.id desc limit ${most}`;
  const filters = filtersOf(search, value);
  const where = (first?: string): string => {
    const all = first === undefined ? filters : [first, ...filters];
    return all.length === 0 ? '' : `where ${all.join(' and ')}`;
  };
  // Row by row: a planner that expects what is looked for in every other row would leaf through all of them instead.
  const rowsOf = (ids: string, filter: string): string =>
    `select ${COLUMNS} from (${ids}) a (id) cross join lateral (select * from audit_event e ${filter} offset 0) e ${page}`;
  let text = `select ${COLUMNS} from audit_event e ${where()} ${page}`;
  if (search.patientId !== null) {
    const patient = value(search.patientId, 'uuid');
    const about = `select id from audit_event where patient_id = ${patient} union select row_id from audit_patient where patient_id = ${patient}`;
    text = rowsOf(about, where('e.id = a.id'));
  } else if (search.actor === null && search.tenants !== null) {
    const own = `select e.id from audit_event e ${where('e.tenant_id = t.id')} ${page}`;
    const newest = `select e.id from unnest(${value(search.tenants, 'uuid[]')}) t (id) cross join lateral (${own}) e ${page}`;
    text = rowsOf(newest, 'where e.id = a.id');
  }
  return db.$queryRawUnsafe<Row[]>(text, ...values);
}

// The moments of ids keep the months shut that hold no such row; a row and its id are made within a minute.
function filtersOf({ actor, from, to, before }: TrailSearch, value: (given: unknown, type: string) => string): string[] {
  const filters: string[] = [];
  if (actor !== null) filters.push(`e.actor = ${value(actor, 'text')}`);
  if (from !== null) {
    const since = value(from.toISOString(), 'timestamptz');
    filters.push(`e.at >= ${since} and e.id >= first_id_of(${since} - interval '1 minute')`);
  }
  if (to !== null) {
    const until = value(to.toISOString(), 'timestamptz');
    filters.push(`e.at < ${until} and e.id < first_id_of(${until} + interval '1 minute')`);
  }
  if (before !== null) filters.push(`e.id < ${value(before, 'uuid')}`);
  return filters;
}
