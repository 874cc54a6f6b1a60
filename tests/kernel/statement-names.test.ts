import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { settingOf } from '#kernel/permissions.ts';
import { statementNames } from '#kernel/statement-names.ts';
import { addressesOf } from '#prisma/database.ts';
import { PrismaClient } from '#prisma/generated/prescriptions/client.ts';
import { testDatabase, type TestDatabase } from '../support/postgres.ts';
import { testPasswordsOf } from '../support/test-roles.ts';

describe('statementNames', () => {
  const sent = (sql: string, values = 0) => ({ sql, args: Array.from({ length: values }, () => 1) });

  test('names a statement from the second time on, always alike, and each text apart', () => {
    const nameOf = statementNames();
    const names = [nameOf(sent('a')), nameOf(sent('b')), nameOf(sent('a')), nameOf(sent('a')), nameOf(sent('b'))];
    expect(names).toEqual(['', '', 'goodfaith_1', 'goodfaith_1', 'goodfaith_2']);
  });

  test('names no statement with a long list, of which hardly two are alike', () => {
    const nameOf = statementNames();
    expect([nameOf(sent('a', 121)), nameOf(sent('a', 121)), nameOf(sent('b', 120)), nameOf(sent('b', 120))]).toEqual([
      '',
      '',
      '',
      'goodfaith_1',
    ]);
  });

  test('stops at four hundred names, whatever is sent', () => {
    const nameOf = statementNames();
    const texts = Array.from({ length: 5_000 }, (_, index) => `select ${index}`);
    const named = texts.flatMap((text) => [nameOf(sent(text)), nameOf(sent(text))]).filter((name) => name !== '');
    expect(new Set(named).size).toBe(400);
    expect(nameOf(sent('select 0'))).toBe('goodfaith_1');
  });
});

describe('a plan that is kept', () => {
  let db: TestDatabase;
  let owner: pg.Client;
  let prisma: PrismaClient;
  const id = (n: number) => `019aaaaa-0000-7000-8000-${String(n).padStart(12, '0')}`;
  beforeAll(async () => {
    db = await testDatabase();
    owner = new pg.Client({ connectionString: db.ownerUrl });
    await owner.connect();
    await owner.query('set search_path = prescriptions, public');
    for (const clinic of [1, 2]) {
      await owner.query(
        `insert into audit_event (id, tenant_id, at, kind, action, actor, actor_name, request_id)
         values ($1, $2, now(), 'CHANGE', 'order.signed', 'usr_1', 'Ada', 'req')`,
        [id(10 + clinic), id(clinic)],
      );
    }
    // Never through a pooler: what a connection is told as it begins holds for that connection alone.
    const direct = addressesOf(db.ownerUrl, 'prescriptions', testPasswordsOf('prescriptions'));
    const options = '-c search_path=prescriptions,public -c plan_cache_mode=force_generic_plan';
    const adapter = new PrismaPg(
      { connectionString: direct.appUrl, max: 1, options },
      { schema: 'prescriptions', statementNameGenerator: statementNames() },
    );
    prisma = new PrismaClient({ adapter });
  });
  afterAll(async () => {
    await prisma.$disconnect();
    await owner.end();
    await db[Symbol.asyncDispose]();
  });

  /** What somebody with the right to the trail of one clinic reads of it, over the one connection there is. */
  const trailOf = (clinic: number) =>
    prisma.$transaction(async (tx) => {
      await tx.$queryRawUnsafe('select set_config($1, $2, true)', settingOf('audit:read'), `{${id(clinic)}}`);
      const rows = await tx.auditEvent.findMany({ select: { id: true } });
      return {
        rows: rows.map((row) => row.id),
        kept: await tx.$queryRawUnsafe<{ name: string }[]>('select name from pg_prepared_statements'),
      };
    });

  test('shows each who asks by it their own rows alone', async () => {
    const told = [];
    for (const clinic of [1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 3]) told.push(await trailOf(clinic));
    expect(told.map(({ rows }) => rows)).toEqual([...Array.from({ length: 6 }, () => [[id(11)], [id(12)]]).flat(), []]);
    expect(told.at(-1)?.kept.length).toBeGreaterThan(0);
  });
});
