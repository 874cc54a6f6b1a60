import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newUuid } from '#kernel/ids.ts';
import { seal } from '#kernel/seal.ts';
import { checkSeals } from '#kernel/seal-check.ts';
import { installJobs } from '#prisma/jobs.ts';
import { migrate, migrationsOf } from '#prisma/migrations.ts';
import { databaseNames } from '#prisma/models.ts';
import { rolesOf } from '#prisma/roles.ts';
import { emptyDatabase } from '../support/postgres.ts';
import { type OwnTrail, ownTrail, pharmaciesPool, writeTrail, years } from './own-trail.ts';

let trail: OwnTrail;
beforeAll(async () => {
  trail = await ownTrail();
});
afterAll(() => trail[Symbol.asyncDispose]());

const partOf = async (table: string, id: string): Promise<string> =>
  (await trail.owner.query<{ part: string }>(`select tableoid::regclass::text as part from ${table} where id = $1`, [id])).rows[0]?.part ??
  '';

test('a row goes to the month of its id, and one that no month holds to the last partition', async () => {
  const inMonths = (n: number): Date => {
    const at = new Date();
    return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + n, 15));
  };
  const named = (at: Date): string => `_y${at.getUTCFullYear()}m${String(at.getUTCMonth() + 1).padStart(2, '0')}`;
  for (const table of ['audit_event', 'outbox_event']) {
    const put = (at: Date) => (table === 'audit_event' ? trail.write(at) : trail.emit(at, at));
    expect(await partOf(table, await put(new Date()))).toBe(`${table}_before`);
    for (const n of [1, 2, 3]) expect(await partOf(table, await put(inMonths(n)))).toBe(`${table}${named(inMonths(n))}`);
    expect(await partOf(table, await put(inMonths(40)))).toBe(`${table}_rest`);
  }
});

test('the least id of a moment is never greater than one of a later moment, before 1970 either', async () => {
  const moments = ['0001-01-01', '1900-01-01', '1970-01-01', '1970-01-02', '2026-11-23', '9999-12-31'];
  const { rows } = await trail.owner.query<{ id: string }>(
    'select first_id_of(m) as id from unnest($1::timestamptz[]) with ordinality t (m, n) order by n',
    [moments.map((day) => `${day}T00:00:00Z`)],
  );
  const ids = rows.map(({ id }) => id);
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(ids.slice(0, 3))).toEqual(new Set(['00000000-0000-0000-0000-000000000000']));
});

test('copies that start at once make each month once, and later months come when their time does', async () => {
  const first = pharmaciesPool(trail.workerUrl, 4);
  const made = await Promise.all([1, 2, 3, 4].map(async () => (await first.query<{ n: number }>('select make_months(8) as n')).rows[0]?.n));
  await first.end();
  expect(made.toSorted()).toEqual([0, 0, 0, 15]);
  expect((await trail.worker.query('select make_months(8) as n')).rows).toEqual([{ n: 0 }]);
});

test('rows of a clock that ran ahead keep their place, and making their month does not fail for them', async () => {
  const ahead = new Date(Date.now() + 400 * 86_400_000);
  const id = await trail.write(ahead);
  await trail.worker.query('select make_months(16)');
  expect(await partOf('audit_event', id)).toBe('audit_event_rest');
  expect((await trail.worker.query(`select count(*)::int as n from months_of('audit_event')`)).rows[0]?.n).toBeGreaterThan(13);
});

test.each(databaseNames)('nobody reaches a month of %s by its own name', async (name) => {
  const { app, worker: chores } = rolesOf(name);
  const { rows } = await trail.owner.query(
    `select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
     where c.relnamespace = $1::regnamespace and c.relkind = 'r' and (not c.relrowsecurity or not c.relforcerowsecurity
       or exists (select from pg_policy where polrelid = c.oid)
       or exists (select from aclexplode(c.relacl) a where a.grantee in ($2::regrole, $3::regrole, 0)))`,
    [name, app, chores],
  );
  expect(rows).toEqual([]);
  const parts = await trail.owner.query<{ part: string }>(`select part from ${name}.months_of('audit_event')`);
  expect(parts.rows.length).toBeGreaterThan(3);
  for (const part of [...parts.rows.map((row) => row.part), 'audit_event_rest']) {
    await expect(trail.owner.query(`delete from ${name}.${part}`)).rejects.toThrow('insert-only');
    await expect(trail.owner.query(`truncate ${name}.${part}`)).rejects.toThrow('insert-only');
  }
});

test('a page of the trail reads the newest months and no others', async () => {
  for (let n = 0; n < 30; n += 1) await trail.write(new Date(Date.now() + 35 * 86_400_000 + n));
  const asked = `select id from audit_event where id < $1 order by id desc limit 10`;
  const { rows } = await trail.owner.query<{ 'QUERY PLAN': string }>(`explain (analyze, costs off, timing off, summary off) ${asked}`, [
    newUuid(new Date(Date.now() + 36 * 86_400_000)),
  ]);
  const read = rows.map((row) => row['QUERY PLAN']).filter((line) => / on audit_event/.test(line));
  expect(read.filter((line) => !line.includes('never executed')).length).toBe(1);
});

test('what stood in the tables before there were months is there after, sealed as it was', async () => {
  await using old = await emptyDatabase();
  const all = await migrationsOf('pharmacies');
  const at = all.findIndex(({ name }) => name.endsWith('_months'));
  await migrate(old.ownerUrl, 'pharmacies', undefined, all.slice(0, at));
  const before = pharmaciesPool(old.ownerUrl, 1);
  try {
    const tenant = randomUUID();
    const ids = [
      await writeTrail(before, years(3), tenant),
      await writeTrail(before, new Date(), tenant),
      await writeTrail(before, new Date(Date.now() + 90 * 86_400_000)),
    ];
    await seal(before);
    await writeTrail(before, new Date(), tenant);
    await migrate(old.ownerUrl, 'pharmacies', undefined, all);
    await installJobs(old.ownerUrl, 'pharmacies');
    expect((await before.query('select id from audit_event where id = any($1)', [ids])).rowCount).toBe(3);
    expect(await seal(before)).toBe(1);
    expect(await checkSeals(before)).toEqual({ chains: 2, links: 4, expired: 0, breaks: [], strays: [] });
    // Its newest row lies three months ahead, and so do the months: none was made twice, none is wanting.
    expect((await before.query('select make_months(5) as n')).rows).toEqual([{ n: 6 }]);
  } finally {
    await before.end();
  }
});
