import pg from 'pg';
import { expect, test } from 'vitest';
import { migrate, migrationsOf } from '#prisma/migrations.ts';
import { emptyDatabase } from '../support/postgres.ts';

const uuid = (n: number) => `01980000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const digest = '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a';

test('what was signed by everybody before is on record as having come into force with the last signature, and nothing else is', async () => {
  await using db = await emptyDatabase();
  const all = await migrationsOf('physicians');
  const before = all.findIndex(({ name }) => name.endsWith('_protocol_succession'));
  await migrate(db.ownerUrl, 'physicians', undefined, all.slice(0, before));
  const owner = new pg.Client({ connectionString: db.ownerUrl });
  await owner.connect();
  try {
    await owner.query('set search_path = physicians');
    for (const [n, npi] of [
      [1, '1234567893'],
      [2, '1245319599'],
    ] as const) {
      await owner.query(
        `insert into practitioner (id, npi, credential, given_name, family_name, display_name) values ($1, $2, 'MD', 'R', 'D', 'R D, MD')`,
        [uuid(n), npi],
      );
    }
    await owner.query(`insert into protocol (id, service, name) values ($1, 'weight-loss', 'P')`, [uuid(10)]);
    for (const [n, status, signers] of [
      [1, 'ACTIVE', [1, 2]],
      [2, 'SUSPENDED', [1]],
      [3, 'RETIRED', [1, 2]],
      [4, 'RETIRED', []],
      [5, 'AWAITING_SIGNATURES', [1]],
      [6, 'ACTIVE', []],
    ] as const) {
      await owner.query(
        `insert into protocol_version (id, protocol_id, version, title, status, effective_from, expires_on, digest)
         values ($1, $2, $3, 'T', $4, '2026-06-01', '2027-05-31', $5)`,
        [uuid(20 + n), uuid(10), `${n}`, status, digest],
      );
      for (const signer of [1, 2]) {
        await owner.query(
          `insert into protocol_signer (version_id, practitioner_id, clinic_id, capacity, state) values ($1, $2, $3, 'MEDICAL_DIRECTOR', 'TX')`,
          [uuid(20 + n), uuid(signer), uuid(30)],
        );
      }
      for (const signer of signers) {
        await owner.query('insert into protocol_signature (version_id, practitioner_id, digest, signed_at) values ($1, $2, $3, $4)', [
          ...[uuid(20 + n), uuid(signer), digest, `2026-05-0${signer}T10:00:00Z`],
        ]);
      }
    }
    await migrate(db.ownerUrl, 'physicians');
    const { rows } = await owner.query(
      `select concat_ws(' ', v.version, v.status, 'since', to_char(v.activated_at at time zone 'UTC', 'YYYY-MM-DD'), p.kind) as line
       from protocol_version v join protocol p on p.id = v.protocol_id order by v.version`,
    );
    expect(rows.map(({ line }) => line)).toEqual([
      '1 ACTIVE since 2026-05-02 PROTOCOL',
      '2 SUSPENDED since 2026-05-01 PROTOCOL',
      '3 RETIRED since 2026-05-02 PROTOCOL',
      '4 RETIRED since PROTOCOL',
      '5 AWAITING_SIGNATURES since PROTOCOL',
      '6 ACTIVE since PROTOCOL',
    ]);
    const forced = await owner.query(
      `select bool_and(relforcerowsecurity) as forced from pg_class
       where oid = any (array['protocol_version', 'protocol_signer', 'protocol_signature']::regclass[])`,
    );
    expect(forced.rows).toEqual([{ forced: true }]);
  } finally {
    await owner.end();
  }
});
