import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { auditValues, insertAudit } from '#kernel/audit.ts';
import { newUuid } from '#kernel/ids.ts';
import { seal } from '#kernel/seal.ts';
import { checkSeals } from '#kernel/seal-check.ts';
import { checkTrail } from '#kernel/seal-command.ts';
import { installJobs } from '#prisma/jobs.ts';
import { migrate, migrationsOf } from '#prisma/migrations.ts';
import { databaseNames } from '#prisma/models.ts';
import { asOwner } from '#prisma/owner-client.ts';
import { letGo, readArguments, stretchesOf } from '#prisma/retention.ts';
import { rolesOf } from '#prisma/roles.ts';
import { StartRefused } from '#prisma/start-refused.ts';
import { emptyDatabase, testDatabase, type TestDatabase } from '../support/postgres.ts';

const years = (n: number): Date => new Date(Date.now() - n * 365.25 * 86_400_000);
const letting = { by: 'Ada', because: 'Their term is over.' };
let db: TestDatabase;
let owner: pg.Pool;
let worker: pg.Pool;

const pool = (connectionString: string, max = 2): pg.Pool => {
  const made = new pg.Pool({ connectionString, max, options: '-c search_path=pharmacies' });
  made.on('error', () => undefined);
  return made;
};

beforeAll(async () => {
  db = await testDatabase();
  owner = pool(db.ownerUrl, 1);
  worker = pool(db.addresses.pharmacies.workerUrl);
});
afterAll(async () => {
  await Promise.all([owner.end(), worker.end()]);
  await db[Symbol.asyncDispose]();
});

async function write(on: pg.Pool, at: Date, tenantId: string | null = null): Promise<string> {
  const id = newUuid(at);
  const ctx = { actor: { sub: 'usr_1', name: 'Someone', service: null }, requestId: 'r', now: () => at, newId: () => id };
  await on.query(insertAudit, auditValues(ctx, 'CHANGE', { action: 'thing.changed', tenantId }));
  return id;
}

async function emit(at: Date, deliveredAt: Date | null): Promise<string> {
  const id = newUuid(at);
  await owner.query(
    `insert into outbox_event (id, topic, key, seq, attempt, payload, created_at, available_at, delivered_at) values ($1, 'order', $1, 1, 1, '{}', $2, $2, $3)`,
    [id, at.toISOString(), deliveredAt?.toISOString() ?? null],
  );
  return id;
}

const partOf = async (table: string, id: string): Promise<string> =>
  (await owner.query<{ part: string }>(`select tableoid::regclass::text as part from ${table} where id = $1`, [id])).rows[0]?.part ?? '';

/** The stretch of all rows before the months is cut into two at a moment, as if there had been months then already. */
async function cutAt(table: string, at: Date): Promise<void> {
  await owner.query(`
    do $$ declare first uuid; beyond uuid; begin
      select first_id_of('${at.toISOString()}'), end_id into first, beyond from months_of('${table}') where part = '${table}_before';
      alter table ${table} detach partition ${table}_before;
      create table ${table}_old (like ${table} including defaults including constraints);
      alter table ${table}_before disable trigger user;
      execute format('with moved as (delete from ${table}_before where ${table === 'audit_patient' ? 'row_id' : 'id'} < %L returning *) insert into ${table}_old select * from moved', first);
      alter table ${table}_before enable trigger user;
      perform lock_month('${table}', '${table}_old');
      execute format('alter table ${table} attach partition ${table}_old for values from (minvalue) to (%L)', first);
      execute format('alter table ${table} attach partition ${table}_before for values from (%L) to (%L)', first, beyond);
    end $$`);
}

test('a row goes to the month of its id, and one that no month holds to the last partition', async () => {
  const inMonths = (n: number): Date => {
    const at = new Date();
    return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + n, 15));
  };
  const named = (at: Date): string => `_y${at.getUTCFullYear()}m${String(at.getUTCMonth() + 1).padStart(2, '0')}`;
  for (const table of ['audit_event', 'outbox_event']) {
    const put = (at: Date) => (table === 'audit_event' ? write(owner, at) : emit(at, at));
    expect(await partOf(table, await put(new Date()))).toBe(`${table}_before`);
    for (const n of [1, 2, 3]) expect(await partOf(table, await put(inMonths(n)))).toBe(`${table}${named(inMonths(n))}`);
    expect(await partOf(table, await put(inMonths(40)))).toBe(`${table}_rest`);
  }
});

test('copies that start at once make each month once, and later months come when their time does', async () => {
  const first = pool(db.addresses.pharmacies.workerUrl, 4);
  const made = await Promise.all([1, 2, 3, 4].map(async () => (await first.query<{ n: number }>('select make_months(8) as n')).rows[0]?.n));
  await first.end();
  expect(made.toSorted()).toEqual([0, 0, 0, 15]);
  expect((await worker.query('select make_months(8) as n')).rows).toEqual([{ n: 0 }]);
});

test('rows of a clock that ran ahead keep their place, and making their month does not fail for them', async () => {
  const ahead = new Date(Date.now() + 400 * 86_400_000);
  const id = await write(owner, ahead);
  await worker.query('select make_months(16)');
  expect(await partOf('audit_event', id)).toBe('audit_event_rest');
  expect((await worker.query(`select count(*)::int as n from months_of('audit_event')`)).rows[0]?.n).toBeGreaterThan(13);
});

test.each(databaseNames)('nobody reaches a month of %s by its own name', async (name) => {
  const { app, worker: chores } = rolesOf(name);
  const { rows } = await owner.query(
    `select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
     where c.relnamespace = $1::regnamespace and c.relkind = 'r' and (not c.relrowsecurity or not c.relforcerowsecurity
       or exists (select from pg_policy where polrelid = c.oid)
       or exists (select from aclexplode(c.relacl) a where a.grantee in ($2::regrole, $3::regrole, 0)))`,
    [name, app, chores],
  );
  expect(rows).toEqual([]);
  const parts = await owner.query<{ part: string }>(`select part from ${name}.months_of('audit_event')`);
  expect(parts.rows.length).toBeGreaterThan(3);
  for (const part of [...parts.rows.map((row) => row.part), 'audit_event_rest']) {
    await expect(owner.query(`delete from ${name}.${part}`)).rejects.toThrow('insert-only');
    await expect(owner.query(`truncate ${name}.${part}`)).rejects.toThrow('insert-only');
  }
});

test('a page of the trail reads the newest months and no others', async () => {
  for (let n = 0; n < 30; n += 1) await write(owner, new Date(Date.now() + 35 * 86_400_000 + n));
  const asked = `select id from audit_event where id < $1 order by id desc limit 10`;
  const { rows } = await owner.query<{ 'QUERY PLAN': string }>(`explain (analyze, costs off, timing off, summary off) ${asked}`, [
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
  const before = pool(old.ownerUrl, 1);
  try {
    const tenant = randomUUID();
    const ids = [
      await write(before, years(3), tenant),
      await write(before, new Date(), tenant),
      await write(before, new Date(Date.now() + 90 * 86_400_000)),
    ];
    await seal(before);
    await write(before, new Date(), tenant);
    await migrate(old.ownerUrl, 'pharmacies', undefined, all);
    await installJobs(old.ownerUrl, 'pharmacies');
    expect((await before.query('select id from audit_event where id = any($1)', [ids])).rowCount).toBe(3);
    expect(await seal(before)).toBe(1);
    expect(await checkSeals(before)).toEqual({ chains: 2, links: 4, expired: 0, breaks: [] });
    // Its newest row lies three months ahead, and so do the months: none was made twice, none is wanting.
    expect((await before.query('select make_months(5) as n')).rows).toEqual([{ n: 6 }]);
  } finally {
    await before.end();
  }
});

test('only what is past its term goes, only when somebody says so and why, and the chain stays whole', async () => {
  const tenant = randomUUID();
  for (const age of [9, 8, 7, 3, 1]) await write(owner, years(age), tenant);
  await emit(years(8), years(8));
  while ((await seal(worker)) > 0);
  const whole = await checkSeals(worker);
  expect(whole.breaks).toEqual([]);
  for (const table of ['audit_event', 'audit_patient', 'outbox_event']) await cutAt(table, years(6.5));

  await asOwner(db.ownerUrl, async (client) => {
    const stretches = await stretchesOf(client, 'pharmacies');
    expect(stretches.filter(({ stays }) => stays === null).map(({ part }) => part)).toEqual([
      'audit_event_old',
      'audit_patient_old',
      'outbox_event_old',
    ]);
    const gone = await letGo(client, 'pharmacies', letting);
    expect(gone.map(({ part }) => part)).toEqual(['audit_event_old', 'audit_patient_old', 'outbox_event_old']);
    expect(await letGo(client, 'pharmacies', letting)).toEqual([]);
  });
  const told = await owner.query(
    `select actor_name, detail->>'part' as part, detail->>'because' as because from audit_event where action = 'records.expired' order by id`,
  );
  expect(told.rows.map(({ part, because }) => [part, because])).toEqual(
    expect.arrayContaining([
      ['audit_event_old', letting.because],
      ['outbox_event_old', letting.because],
    ]),
  );
  expect((await owner.query('select count(*)::int as n from audit_event where tenant_id = $1', [tenant])).rows).toEqual([{ n: 2 }]);
  while ((await seal(worker)) > 0);
  expect(await checkSeals(worker)).toEqual({ ...whole, links: whole.links + 3, expired: 3 });
  expect(
    await checkTrail(
      [],
      async () => db.ownerUrl,
      () => new Date(),
    ),
  ).toMatchObject({ exit: 0 });
});

test('a month that somebody took away before its term shows, row by row', async () => {
  const tenant = randomUUID();
  for (const age of [5, 1]) await write(owner, years(age), tenant);
  while ((await seal(worker)) > 0);
  await owner.query('alter table audit_event detach partition audit_event_before');
  expect((await checkSeals(worker)).breaks).toContainEqual({ tenantId: tenant, seq: 1, reason: 'ROW_MISSING' });
  const { lines, exit } = await checkTrail(
    [],
    async () => db.ownerUrl,
    () => new Date(),
  );
  expect(exit).toBe(1);
  expect(lines).toContain(`pharmacies: ROW_MISSING at 1 of the chain of ${tenant}`);
});

test('a hand-off that was never delivered and a row that is not sealed yet keep their stretch', async () => {
  await using own = await testDatabase();
  const mine = owner;
  owner = pool(own.ownerUrl, 1);
  try {
    await write(owner, years(8));
    await emit(years(8), null);
    for (const table of ['audit_event', 'audit_patient', 'outbox_event']) await cutAt(table, years(6.5));
    await asOwner(own.ownerUrl, async (client) => {
      const stays = (await stretchesOf(client, 'pharmacies')).filter(({ part }) => part.endsWith('_old')).map((one) => one.stays);
      expect(stays).toEqual(['NOT_SEALED', 'NOT_SEALED', 'NOT_DELIVERED']);
      expect(await letGo(client, 'pharmacies', letting)).toEqual([]);
    });
  } finally {
    await owner.end();
    owner = mine;
  }
});

test('whoever writes goes first: letting go is refused, and takes nothing away', async () => {
  await using own = await testDatabase();
  const mine = owner;
  const its = pool(own.addresses.pharmacies.workerUrl);
  owner = pool(own.ownerUrl, 1);
  try {
    await write(owner, years(8));
    while ((await seal(its)) > 0);
    for (const table of ['audit_event', 'audit_patient', 'outbox_event']) await cutAt(table, years(6.5));
    await owner.query('begin');
    await emit(new Date(), null);
    const went = asOwner(own.ownerUrl, (client) => letGo(client, 'pharmacies', letting));
    const refused = expect(went).rejects.toThrow(StartRefused);
    const waits = `select 1 from pg_locks where relation = 'pharmacies.outbox_event'::regclass and mode = 'AccessExclusiveLock' and not granted`;
    await expect.poll(async () => (await its.query(waits)).rowCount, { interval: 10 }).toBe(1);
    // It has the trail, which is written next, and waits for the outbox: one of the two has to give way.
    await write(owner, new Date());
    await owner.query('commit');
    await refused;
    await asOwner(own.ownerUrl, async (client) => {
      expect((await letGo(client, 'pharmacies', letting)).map(({ part }) => part)).toEqual([
        'audit_event_old',
        'audit_patient_old',
        'outbox_event_old',
      ]);
    });
  } finally {
    await Promise.all([owner.end(), its.end()]);
    owner = mine;
  }
});

test('letting go needs who and why, and looking needs nothing', () => {
  expect(readArguments([])).toBeNull();
  expect(readArguments(['--drop', '--by', 'Ada', '--because', 'x'])).toEqual({ by: 'Ada', because: 'x' });
  for (const bad of [
    ['--drop'],
    ['--drop', '--by', 'Ada'],
    ['--by', 'Ada', '--because', 'x'],
    ['--drop', '--by', ' ', '--because', 'x'],
    ['--all'],
  ])
    expect(() => readArguments(bad)).toThrow(StartRefused);
});
