import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readTrail, type TrailSearch } from '#kernel/audit-search.ts';
import type { RawTx } from '#kernel/db.ts';
import { newUuid } from '#kernel/ids.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';

const ROWS = 20_000;
/** Of each place. */
const SHARE = ROWS / 200;
const PAGE = 20;
const tenants = Array.from({ length: 12 }, () => randomUUID());
const [own = ''] = tenants;
const others = Array.from({ length: 188 }, () => randomUUID());
const [foreign = ''] = others;
const patient = randomUUID();
const everything: TrailSearch = { patientId: null, actor: null, from: null, to: null, before: null, first: PAGE, tenants };
let database: TestDatabase;
let auditor: pg.Client;

interface Plan {
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Relation Name'?: string;
  readonly Plans?: readonly Plan[];
}

beforeAll(async () => {
  database = await testDatabase();
  const owner = new pg.Client({ connectionString: database.ownerUrl, options: '-c search_path=clinics' });
  await owner.connect();
  const begins = Date.now() - 86_400_000;
  // One in a hundred is about the patient, one in a hundred names them among others, and both lie far apart.
  await owner.query(
    `insert into audit_event (id, tenant_id, at, kind, action, actor, actor_name, request_id, patient_id, detail)
     select (lpad(to_hex($1::bigint + n * 1000), 12, '0') || '70008000' || lpad(to_hex(n), 12, '0'))::uuid,
       ($2::uuid[])[n % cardinality($2::uuid[]) + 1], to_timestamp(($1::bigint + n * 1000) / 1000.0), 'ACCESS', 'record.read', 'usr_' || n % 50, 'Someone', 'r',
       case when n % 97 = 0 then $3::uuid end,
       case when n % 97 = 1 then jsonb_build_object('patients', jsonb_build_array($3::uuid, uuidv7(), $3::uuid)) else '{}' end
     from generate_series(1, $4::int) n`,
    [begins, [...tenants, ...others], patient, ROWS],
  );
  await owner.query('analyze audit_event');
  await owner.query('analyze audit_patient');
  await owner.end();
  auditor = new pg.Client({ connectionString: database.addresses.clinics.appUrl });
  await auditor.connect();
});
afterAll(async () => {
  await auditor?.end();
  await database?.[Symbol.asyncDispose]();
});

async function asAuditor(at: readonly string[], wrap: (text: string) => string, search: TrailSearch): Promise<pg.QueryResultRow[]> {
  await auditor.query('begin');
  await auditor.query(`select set_config('app.may_audit_read', $1, true)`, [`{${at.join(',')}}`]);
  const db = { $queryRawUnsafe: async (text: string, ...values: unknown[]) => (await auditor.query(wrap(text), values)).rows };
  try {
    return (await readTrail(db as unknown as RawTx, search)) as unknown as pg.QueryResultRow[];
  } finally {
    await auditor.query('rollback');
  }
}

/** Rows of tables that were looked at, those that were thrown away again included. */
function looked(plan: Plan): number {
  const own =
    plan['Relation Name'] === undefined ? 0 : (plan['Actual Rows'] + (plan['Rows Removed by Filter'] ?? 0)) * plan['Actual Loops'];
  return (plan.Plans ?? []).reduce((sum, below) => sum + looked(below), own);
}

async function lookedAt(search: TrailSearch): Promise<number> {
  const [row] = await asAuditor(tenants, (text) => `explain (analyze, timing off, summary off, format json) ${text}`, search);
  return looked(row?.['QUERY PLAN'][0].Plan as Plan);
}

const idAgo = (seconds: number): string => newUuid(new Date(Date.now() - seconds * 1000));

test.each<[string, Partial<TrailSearch>]>([
  ['the newest page', {}],
  ['a later page', { before: idAgo(80_000) }],
  ['a page of some hours', { from: new Date(Date.now() - 80_000_000), to: new Date(Date.now() - 75_000_000) }],
  ['a page of one place', { tenants: [own] }],
])('%s looks at no more for each place than a page or two', async (_name, search) => {
  const places = search.tenants ?? tenants;
  expect(await lookedAt({ ...everything, ...search })).toBeLessThanOrEqual(2 * places.length * PAGE);
});

test('a page of one actor looks at little more than it shows', async () => {
  expect(await lookedAt({ ...everything, actor: 'usr_7' })).toBeLessThanOrEqual(ROWS / 50);
});

test('a patient’s page looks at what is about the patient', async () => {
  expect(await lookedAt({ ...everything, patientId: patient })).toBeLessThanOrEqual(2 * ((2 * ROWS) / 97));
});

test('pages one after the other show each row once, and no one else’s', async () => {
  const shown = async (search: Partial<TrailSearch>): Promise<string[]> => {
    const ids: string[] = [];
    for (let before: string | null = null; ; ) {
      const rows: pg.QueryResultRow[] = await asAuditor(tenants, (text) => text, { ...everything, ...search, before });
      ids.push(...rows.map(({ id }) => id as string));
      if (rows.length < PAGE) return ids;
      before = ids.at(-1) ?? null;
    }
  };
  for (const [search, count] of [
    [{}, tenants.length * SHARE],
    [{ tenants: [own, foreign] }, SHARE],
    [{ actor: 'usr_7', tenants: null }, undefined],
    [{ patientId: patient }, undefined],
  ] as const) {
    const ids = await shown(search);
    expect(ids.toSorted().toReversed()).toEqual(ids);
    expect(new Set(ids).size).toBe(count ?? ids.length);
    expect(ids.length).toBeGreaterThan(PAGE);
  }
});

test('both what is about a patient and what names them among others is found', async () => {
  const rows = await asAuditor(tenants, (text) => text, { ...everything, first: 900, patientId: patient });
  const alone = rows.filter((row) => row['patient_id'] === patient);
  expect([alone.length, rows.length - alone.length].every((count) => count > 0)).toBe(true);
});
