import pg from 'pg';
import { expect, test } from 'vitest';
import { migrate, migrationsOf } from '#prisma/migrations.ts';
import { emptyDatabase } from '../support/postgres.ts';

const uuid = (n: number) => `01980000-0000-7000-8000-${String(n).padStart(12, '0')}`;

test('each licence there was gets one standing that says no more than its row did', async () => {
  await using db = await emptyDatabase();
  const all = await migrationsOf('physicians');
  const before = all.findIndex(({ name }) => name.endsWith('_license_standings'));
  await migrate(db.ownerUrl, 'physicians', undefined, all.slice(0, before));
  const owner = new pg.Client({ connectionString: db.ownerUrl });
  await owner.connect();
  try {
    await owner.query('set search_path = physicians');
    await owner.query(
      `insert into practitioner (id, npi, credential, given_name, family_name, display_name) values ($1, '1234567893', 'MD', 'R', 'D', 'R D, MD')`,
      [uuid(1)],
    );
    for (const [n, status, verifiedAt] of [
      [1, 'ACTIVE', '2026-11-20T10:00:00Z'],
      [2, 'ACTIVE', null],
      [3, 'SUSPENDED', '2026-11-20T10:00:00Z'],
      [4, 'UNVERIFIED', null],
      [5, 'REVOKED', null],
    ] as const) {
      await owner.query(
        `insert into license (id, practitioner_id, state, number, type, status, verified_at, issued_on, expires_on)
         values ($1, $2, 'TX', $3, 'PHYSICIAN', $4, $5, '2015-05-01', '2027-05-31')`,
        [uuid(10 + n), uuid(1), `Q${n}`, status, verifiedAt],
      );
    }
    await migrate(db.ownerUrl, 'physicians');
    const { rows } = await owner.query(
      `select concat_ws(' ', l.number, s.status, 'from', s.effective_from, 'to', s.effective_to, 'recorded', s.recorded_at at time zone 'UTC', s.source) as line
       from license_standing s join license l on l.id = s.license_id and l.practitioner_id = s.practitioner_id order by l.number`,
    );
    expect(rows.map(({ line }) => line)).toEqual([
      'Q1 ACTIVE from 2015-05-01 to recorded 2026-11-20 10:00:00 STATE_BOARD',
      'Q2 UNVERIFIED from 2015-05-01 to recorded 2015-05-01 00:00:00',
      'Q3 SUSPENDED from 2026-11-20 to recorded 2026-11-20 10:00:00 STATE_BOARD',
      'Q4 UNVERIFIED from 2015-05-01 to recorded 2015-05-01 00:00:00',
      'Q5 REVOKED from 2015-05-01 to recorded 2015-05-01 00:00:00',
    ]);
    const forced = await owner.query(`select relforcerowsecurity as forced from pg_class where oid = 'license'::regclass`);
    expect(forced.rows).toEqual([{ forced: true }]);
  } finally {
    await owner.end();
  }
});
