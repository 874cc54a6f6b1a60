import pg from 'pg';
import { expect, test } from 'vitest';
import { migrate, migrationsOf } from '#prisma/migrations.ts';
import { emptyDatabase } from '../support/postgres.ts';

const uuid = (n: number) => `01980000-0000-7000-8000-${String(n).padStart(12, '0')}`;

test('each list that was read before counts as whole only where every row was read and none before it was twice as long', async () => {
  await using db = await emptyDatabase();
  const all = await migrationsOf('physicians');
  const before = all.findIndex(({ name }) => name.endsWith('_whole_lists'));
  await migrate(db.ownerUrl, 'physicians', undefined, all.slice(0, before));
  const owner = new pg.Client({ connectionString: db.ownerUrl });
  await owner.connect();
  try {
    await owner.query('set search_path = physicians');
    for (const [n, source, state, rows, broken] of [
      [1, 'OIG_LEIE', null, 22, 0],
      [2, 'OIG_LEIE', null, 4, 0],
      [3, 'OIG_LEIE', null, 23, 1],
      [4, 'OIG_LEIE', null, 12, 0],
      [5, 'SAM', null, 3, 0],
      [6, 'STATE_BOARD', 'TX', 9, 0],
      [7, 'STATE_BOARD', 'FL', 2, 0],
    ] as const) {
      await owner.query(
        `insert into verification_run (id, source, state, at, as_of, digest, row_count, broken_count, ran_by)
         values ($1, $2, $3, $4, $4, repeat('a', 64), $5, $6, 'physicians')`,
        [uuid(n), source, state, `2026-11-0${n}T10:00:00Z`, rows, broken],
      );
    }
    await migrate(db.ownerUrl, 'physicians');
    const { rows } = await owner.query('select row_count as rows, whole, expected_rows as expected from verification_run order by id');
    expect(rows.map(({ rows: count, whole, expected }) => [count, whole, expected])).toEqual([
      ...[
        [22, true, 22],
        [4, false, 22],
        [23, false, 23],
        [12, true, 23],
      ],
      ...[
        [3, true, 3],
        [9, true, 9],
        [2, true, 2],
      ],
    ]);
    const kept = await owner.query(
      `select relforcerowsecurity as forced, (select tgenabled from pg_trigger where tgrelid = c.oid and tgname = 'insert_only') as trigger
       from pg_class c where oid = 'verification_run'::regclass`,
    );
    expect(kept.rows).toEqual([{ forced: true, trigger: 'O' }]);
  } finally {
    await owner.end();
  }
});
