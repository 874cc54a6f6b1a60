import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refusePowerfulRole } from '#prisma/check-role.ts';
import { databaseNames } from '#prisma/models.ts';
import { rolesOf } from '#prisma/roles.ts';
import { StartRefused } from '#prisma/start-refused.ts';
import { testDatabase, type TestDatabase } from '../support/postgres.ts';

let db: TestDatabase;
let owner: pg.Pool;
const pools: pg.Pool[] = [];
const pool = (connectionString: string) => {
  const made = new pg.Pool({ connectionString, max: 2 });
  made.on('error', () => undefined);
  pools.push(made);
  return made;
};

beforeAll(async () => {
  db = await testDatabase();
  owner = pool(db.ownerUrl);
});
afterAll(async () => {
  await Promise.all(pools.map((each) => each.end()));
  await db[Symbol.asyncDispose]();
});

const id = (n: number) => `019aaaaa-0000-7000-8000-${String(n).padStart(12, '0')}`;
const newAudit = (n: number, tenant: number | null = null) =>
  [
    `insert into audit_event (id, tenant_id, at, kind, action, actor, actor_name, request_id) values ($1, $2, now(), 'CHANGE', 'order.signed', 'usr_1', 'Ada', 'req')`,
    [id(n), tenant && id(tenant)],
  ] as const;

test('every table of every schema has row-level security, forced on its owner too', async () => {
  const { rows } = await owner.query(
    `select relnamespace::regnamespace || '.' || relname as open from pg_class
     where relnamespace::regnamespace::text = any($1) and relkind in ('r', 'p') and relname <> '_prisma_migrations'
       and not (relrowsecurity and relforcerowsecurity)`,
    [databaseNames],
  );
  expect(rows).toEqual([]);
});

test('no view of any schema runs with its owner’s rights', async () => {
  const { rows } = await owner.query(
    `select relname from pg_class where relnamespace::regnamespace::text = any($1) and relkind = 'v'
       and not coalesce('security_invoker=true' = any(reloptions) or 'security_invoker=on' = any(reloptions), false)`,
    [databaseNames],
  );
  expect(rows).toEqual([]);
});

describe.each(databaseNames)('%s', (name) => {
  const { app, worker } = rolesOf(name);
  const asApp = () => pool(db.addresses[name].appUrl);

  test('sees no row without an actor’s settings', async () => {
    const owned = await owner.query<{ table: string }>(
      `select quote_ident(relname) as table from pg_class where relnamespace = $1::regnamespace and relkind in ('r', 'p') and has_table_privilege($2, oid, 'select')`,
      [name, app],
    );
    expect(owned.rows.length).toBeGreaterThan(5);
    await owner.query(newAudit(1, 7)[0].replace('audit_event', `${name}.audit_event`), [...newAudit(1, 7)[1]]);
    const client = asApp();
    for (const { table } of owned.rows) {
      if (table.startsWith('tenancy_')) continue; // names no patient, and is needed to know what an actor may see
      expect((await client.query(`select count(*)::int as n from ${table}`)).rows, table).toEqual([{ n: 0 }]);
    }
  });

  test('an actor writes into the outbox, and only the subgraph itself reads and settles what is there', async () => {
    const client = await asApp().connect();
    const asked = async (text: string, everywhere = '') => {
      await client.query('begin');
      try {
        await client.query(`select set_config('app.actor', 'usr_1', true), set_config('app.everywhere', $1, true)`, [`{${everywhere}}`]);
        return (await client.query(text)).rowCount;
      } finally {
        await client.query('rollback');
      }
    };
    const emit = (n: number) =>
      `insert into ${name}.outbox_event (id, topic, key, seq, attempt, payload, created_at, available_at) values ('${id(n)}', 'order', '${id(n)}', 1, 1, '{}', now(), now())`;
    await owner.query(emit(31));
    expect(await asked(emit(32))).toBe(1);
    const settle = `update outbox_event set delivered_at = now()`;
    expect([await asked('select * from outbox_event'), await asked(settle)]).toEqual([0, 0]);
    expect([await asked('select * from outbox_event', 'hand-off:receive'), await asked(settle, 'hand-off:receive')]).toEqual([1, 1]);
    await owner.query(`delete from ${name}.outbox_event`);
    client.release();
  });

  test('an auditor sees the rows of their own place only', async () => {
    const client = await asApp().connect();
    await client.query(...(newAudit(2, 8) as unknown as [string, unknown[]]));
    await client.query('begin');
    await client.query(`select set_config('app.may_audit_read', $1, true)`, [`{${id(8)}}`]);
    expect((await client.query('select id from audit_event')).rows).toEqual([{ id: id(2) }]);
    await client.query('commit');
    expect((await client.query('select id from audit_event')).rows).toEqual([]);
    client.release();
  });

  test('audit rows can be changed or deleted by nobody, not even the owner', async () => {
    for (const statement of [
      `update ${name}.audit_event set action = 'x'`,
      `delete from ${name}.audit_event`,
      `truncate ${name}.audit_event`,
    ]) {
      await expect(owner.query(statement)).rejects.toThrow('insert-only');
      await expect(asApp().query(statement)).rejects.toThrow('permission denied');
    }
  });

  test('the digest of an audit row covers what it says, whatever the writer sent as digest', async () => {
    await owner.query(
      `insert into ${name}.audit_event (id, at, kind, action, actor, actor_name, request_id, hash) values ($1, now(), 'ACCESS', 'a', 'b', 'c', 'r', 'mine')`,
      [id(3)],
    );
    const ask = `select e.hash, ${name}.audit_digest(e) as digest from ${name}.audit_event e where id = $1`;
    const before = (await owner.query(ask, [id(3)])).rows[0];
    expect(before.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(before.hash).toBe(before.digest);
    await owner.query(`alter table ${name}.audit_event disable trigger insert_only`);
    await owner.query(`update ${name}.audit_event set actor = 'somebody else' where id = $1`, [id(3)]);
    await owner.query(`alter table ${name}.audit_event enable trigger insert_only`);
    const after = (await owner.query(ask, [id(3)])).rows[0];
    expect(after.digest).not.toBe(after.hash);
  });

  test('its roles hold no more than their grants', async () => {
    await refusePowerfulRole(asApp());
    await refusePowerfulRole(pool(db.addresses[name].workerUrl));
    const others = databaseNames.filter((other) => other !== name);
    for (const role of [app, worker]) {
      const { rows } = await owner.query(`select s, has_schema_privilege($1, s, 'usage, create') as may from unnest($2::text[]) s`, [
        role,
        others,
      ]);
      expect(rows).toEqual(others.map((s) => ({ s, may: false })));
      expect((await owner.query(`select has_schema_privilege($1, $2, 'create') as may`, [role, name])).rows).toEqual([{ may: false }]);
    }
    await expect(asApp().query('select * from _prisma_migrations')).rejects.toThrow('permission denied');
    await expect(asApp().query('create temporary table x (id int)')).rejects.toThrow();
  });

  test('an app role asks for a job by id and cannot reach the queue itself', async () => {
    const client = asApp();
    await client.query(`select enqueue('deliver', $1)`, [id(1)]);
    await client.query(`select enqueue('deliver', $1)`, [id(1)]);
    const waiting = await pool(db.addresses[name].workerUrl).query(`select task_identifier, key from ${name}_jobs.jobs`);
    expect(waiting.rows).toEqual([{ task_identifier: 'deliver', key: `deliver:${id(1)}` }]);
    await expect(client.query(`select ${name}_jobs.add_job('x')`)).rejects.toThrow('permission denied');
  });
});

test('a start refuses a role that row-level security does not hold', async () => {
  await expect(refusePowerfulRole(owner)).rejects.toThrow(StartRefused);
  const { appUrl } = db.addresses.clinics;
  await owner.query('create table clinics.planted (id int)');
  await owner.query('grant create on schema clinics to goodfaith_clinics');
  await owner.query('alter table clinics.planted owner to goodfaith_clinics');
  await expect(refusePowerfulRole(pool(appUrl))).rejects.toThrow('owns table planted');
  await owner.query('drop table clinics.planted');
});
