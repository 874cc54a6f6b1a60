import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { personas } from '#prisma/seed/personas.ts';
import { fromId } from '#kernel/ids.ts';
import { testDatabase, type TestDatabase } from '../support/postgres.ts';
import { seeded } from '../support/test-roles.ts';

/** What the database alone keeps: permissions and visibleTo are not asked here. */
let database: TestDatabase;
let app: pg.Client;
let owner: pg.Client;
const clinic = fromId('clinic', personas['front-desk']?.grants[0]?.at ?? '');
const otherClinic = fromId('clinic', personas['other-desk']?.grants[0]?.at ?? '');

beforeAll(async () => {
  database = await testDatabase(seeded);
  app = new pg.Client({ connectionString: database.addresses.prescriptions.appUrl });
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await Promise.all([app.connect(), owner.connect()]);
});
afterAll(async () => {
  await Promise.all([app.end(), owner.end()]);
  await database[Symbol.asyncDispose]();
});

/** Runs statements in one transaction that carries these lists of places, and rolls it back. */
async function as<Row extends pg.QueryResultRow>(places: Record<string, string>, text: string, values: unknown[] = []): Promise<Row[]> {
  await app.query('begin');
  try {
    for (const [setting, at] of Object.entries({ actor: 'someone', ...places })) {
      await app.query('select set_config($1, $2, true)', [`app.${setting}`, setting === 'actor' ? at : `{${at}}`]);
    }
    return (await app.query<Row>(text, values)).rows;
  } finally {
    await app.query('rollback');
  }
}

const tables = [
  'patient',
  'intake',
  'consent',
  'examiner_clinic',
  'working_hours',
  'time_off',
  'slot_hold',
  'good_faith_exam',
  'finding',
  'exam_decision',
  'order_decision',
  'license_reliance',
  'published_metric',
];

test.each(tables)('without a right %s is empty, and the owner knows better', async (table) => {
  expect(await as({}, `select * from ${table}`)).toEqual([]);
  const { rows } = await owner.query(
    `select relrowsecurity, relforcerowsecurity from pg_class where oid = 'prescriptions.${table}'::regclass`,
  );
  expect(rows).toEqual([{ relrowsecurity: true, relforcerowsecurity: true }]);
});

test.each([
  ['patient', 'may_patient_read'],
  ['intake', 'may_chart_read'],
  ['good_faith_exam', 'may_exam_read'],
  ['finding', 'may_chart_read'],
  ['examiner_clinic', 'may_exam_read'],
])('%s of one clinic with %s there, and no right helps with another table', async (table, right) => {
  const places = await as<{ clinic_id: string }>({ [right]: clinic }, `select distinct clinic_id::text from ${table}`);
  expect(places).toEqual([{ clinic_id: clinic }]);
  expect(await as({ may_metrics_read: clinic, may_order_verify: clinic }, `select clinic_id from ${table}`)).toEqual([]);
});

describe('writing', () => {
  const relied = `insert into license_reliance (id, clinic_id, kind, subject_id, gate, at, license_id, part)
    values (uuidv7(), $1, $2, uuidv7(), 'START', now(), uuidv7(), 'EXAMINER')`;

  test('what a decision stood on, by whoever may make the decision, for that clinic only', async () => {
    expect(await as({ may_exam_conduct: clinic }, relied, [clinic, 'EXAM'])).toEqual([]);
    expect(await as({ may_order_sign: clinic }, relied, [clinic, 'ORDER'])).toEqual([]);
    for (const [right, at, kind] of [
      ['may_exam_conduct', otherClinic, 'EXAM'],
      ['may_exam_conduct', clinic, 'ORDER'],
      ['may_order_sign', clinic, 'EXAM'],
      ['may_affected_read', clinic, 'EXAM'],
    ]) {
      await expect(as({ [right ?? '']: clinic }, relied, [at, kind])).rejects.toThrow(/row-level security/);
    }
  });

  const insert = `insert into patient (id, clinic_id, given_name, family_name, search_name, birth_date, sex_at_birth, line1, city, state, postal_code, registered_at, amended_at)
    values (uuidv7(), $1, 'a', 'b', 'b a', '1990-01-01', 'UNKNOWN', 'x', 'y', 'TX', '78704', now(), now())`;

  test('a patient of the clinic only', async () => {
    expect(await as({ may_patient_register: clinic, may_patient_read: clinic }, insert, [clinic])).toEqual([]);
    await expect(as({ may_patient_register: clinic, may_patient_read: clinic }, insert, [otherClinic])).rejects.toThrow(
      /row-level security/,
    );
    await expect(as({ may_patient_read: clinic }, insert, [clinic])).rejects.toThrow(/row-level security/);
  });

  test('who reads may lock and may not change', async () => {
    const places = { may_patient_read: clinic };
    expect((await as(places, 'select id from patient for share')).length).toBeGreaterThan(0);
    await expect(as(places, `update patient set given_name = 'x'`)).rejects.toThrow(/row-level security/);
    await expect(as({ ...places, may_patient_amend: clinic }, `update patient set clinic_id = $1`, [otherClinic])).rejects.toThrow(
      /row-level security/,
    );
  });

  test('nobody deletes a record, and nobody writes hours or figures', async () => {
    const all = {
      may_patient_read: clinic,
      may_exam_read: clinic,
      may_exam_book: clinic,
      may_exam_conduct: clinic,
      may_metrics_read: clinic,
    };
    for (const statement of [
      'delete from patient',
      'delete from good_faith_exam',
      'delete from slot_hold',
      `update working_hours set starts_at = '00:00'`,
      'delete from published_metric',
    ]) {
      await expect(as(all, statement)).rejects.toThrow(/permission denied/);
    }
  });
});

describe('what belongs to a role of its own', () => {
  test.each([
    'select * from prescriptions_slots.slot_claim',
    'select * from prescriptions_slots.examiner_calendar',
    `select * from prescriptions_metrics.counted(now(), now(), null, true)`,
    'select * from prescriptions_metrics.metric_day',
    'select * from prescriptions_metrics.metric_delta',
    `insert into prescriptions_metrics.metric_delta (clinic_id, day, metric, n) values (uuidv7(), now(), 'ordersSigned', 1)`,
    'select * from prescriptions_metrics.by_day()',
    'insert into prescriptions_slots.examiner_calendar values (uuidv7())',
  ])('%s is refused', async (statement) => {
    await expect(as({}, statement)).rejects.toThrow(/permission denied/);
  });

  test('exact figures only of clinics where the caller may see them', async () => {
    const ask = (places: Record<string, string>) =>
      as<{ clinic_id: string }>(
        places,
        `select distinct clinic_id::text from prescriptions_metrics.exact($1, '2000-01-01', '2100-01-01')`,
        [[clinic, otherClinic]],
      );
    expect(await ask({ may_metrics_exact: clinic })).toEqual([{ clinic_id: clinic }]);
    expect(await ask({ may_metrics_read: clinic })).toEqual([]);
  });

  test('none of the roles can log in, own more, or pass by a policy', async () => {
    const roles = ['goodfaith_at_risk', 'goodfaith_metrics', 'goodfaith_notice', 'goodfaith_queue', 'goodfaith_slots'];
    const { rows } = await owner.query(
      `select rolname, rolcanlogin, rolsuper, rolbypassrls from pg_roles where rolname = any ($1) order by 1`,
      [roles],
    );
    expect(rows.map((row) => Object.values(row))).toEqual(roles.map((role) => [role, false, false, false]));
    const members = await owner.query(
      `select 1 from pg_auth_members m join pg_roles r on r.oid = m.roleid where r.rolname = any ($1) and m.set_option`,
      [roles],
    );
    expect(members.rows).toEqual([]);
  });
});

describe('what is in flight', () => {
  /** A booked exam at each of two clinics, of a patient with consents. */
  beforeAll(async () => {
    for (const at of [clinic, otherClinic]) {
      const { rowCount } = await owner.query(
        `with held as (
           insert into prescriptions.slot_hold (id, clinic_id, patient_id, service, patient_state, examiner_id, modality, starts_at, ends_at, expires_at, held_at, held_by)
           select uuidv7(), clinic_id, patient_id, service, patient_state, examiner_id, modality, starts_at, ends_at, requested_at + interval '10 minutes', requested_at, requested_by
           from prescriptions.good_faith_exam where clinic_id = $1 and status = 'COMPLETED' order by id limit 1 returning id, patient_id)
         insert into prescriptions.good_faith_exam
         select (jsonb_populate_record(e, jsonb_build_object('id', uuidv7(), 'status', 'BOOKED', 'starts_at', now() + interval '1 day',
           'ends_at', now() + interval '25 hours', 'started_at', null, 'completed_at', null, 'outcome', null, 'rationale', null, 'services', '{}'::text[],
           'answers', null, 'examiner_credential', null, 'valid_until', null, 'digest', null, 'record', null, 'hold_id', h.id))).*
         from prescriptions.good_faith_exam e join held h using (patient_id) where e.status = 'COMPLETED' order by e.id limit 1`,
        [at],
      );
      expect(rowCount).toBe(1);
    }
  });

  const inFlight = (places: Record<string, string>, clinics: string[] | null = null) =>
    as<{ at: string; chart: { consents: unknown[] } | null }>(
      places,
      'select clinic_id::text as at, chart from prescriptions_at_risk.in_flight($1, null, now())',
      [clinics],
    );

  test('only at the clinics where the caller may know of it, and nothing of the patient', async () => {
    expect(await inFlight({})).toEqual([]);
    expect(await inFlight({ may_exam_read: clinic, may_patient_read: clinic })).toEqual([]);
    expect(await inFlight({ may_at_risk_read: clinic })).toEqual([{ at: clinic, chart: null }]);
    expect(await inFlight({ may_at_risk_read: clinic }, [otherClinic])).toEqual([]);
    expect(await inFlight({ may_at_risk_read: clinic, may_patient_read: otherClinic })).toEqual([{ at: clinic, chart: null }]);
  });

  test('with the consents for who reads patients there', async () => {
    const [row] = await inFlight({ may_at_risk_read: clinic, may_patient_read: clinic });
    expect(row?.chart?.consents).toEqual(expect.arrayContaining([{ kind: 'TREATMENT', version: '2026-01' }]));
  });

  test.each([
    'select record from good_faith_exam',
    'select document from "order"',
    'select signed_name from consent',
    'select * from patient',
  ])('its role may not %s', async (statement) => {
    await owner.query('begin');
    try {
      await owner.query('set local role goodfaith_at_risk; set local search_path = prescriptions');
      await expect(owner.query(statement)).rejects.toThrow(/permission denied/);
    } finally {
      await owner.query('rollback');
    }
  });
});

describe('what signing relies on', () => {
  const rights = { may_order_read: clinic, may_order_cancel: clinic, may_order_sign: clinic, everywhere: 'document-key:read' };

  test('a digest that is no order’s does not come onto the status list, whatever the right', async () => {
    const insert = `insert into cancelled_document (id, digest, at) values (uuidv7(), $1, now())`;
    for (const everywhere of ['document-key:read', 'hand-off:receive']) {
      await expect(as({ ...rights, everywhere }, insert, ['f'.repeat(64)])).rejects.toThrow(/row-level security/);
    }
  });

  test('a key is ended by its owner or by who answers for what it signed, and by nobody else', async () => {
    await owner.query(
      `insert into prescriptions.signing_key (id, kid, purpose, sub, public_jwk, valid_from) values (uuidv7(), 'ended', 'PRESCRIBER', 'prc_owner', '{}', '2026-01-01')
       on conflict do nothing`,
    );
    const end = `update signing_key set valid_until = now() where kid = 'ended' returning kid`;
    const registers = 'document-key:read,document-key:end';
    expect(await as({ actor: 'prc_owner', everywhere: registers }, end)).toEqual([{ kid: 'ended' }]);
    expect(await as({ actor: 'prc_owner', everywhere: 'document-key:read' }, end)).toEqual([]);
    expect(await as({ actor: 'prc_other', everywhere: registers }, end)).toEqual([]);
    // Of what it signed at no clinic of theirs, nobody answers there.
    expect(await as({ actor: 'prc_other', everywhere: registers, may_document_key_revoke: clinic }, end)).toEqual([]);
    const other = `update signing_key set public_jwk = '{"kty":"EC"}' where kid = 'ended'`;
    await expect(as({ actor: 'prc_owner', everywhere: registers }, other)).rejects.toThrow(/permission denied/);
  });

  test('a platform key is made in use or not at all, and not without a right', async () => {
    const insert = `insert into signing_key (id, kid, purpose, sub, public_jwk, valid_from, valid_until, invalid_since)
      values (uuidv7(), 'kid', 'PLATFORM', 'goodfaith', '{}', now(), $1, $2)`;
    expect(await as(rights, insert, [null, null])).toEqual([]);
    await expect(as({}, insert, [null, null])).rejects.toThrow(/row-level security/);
    for (const past of [
      ['2030-01-01', null],
      [null, '2030-01-01'],
    ]) {
      await expect(as(rights, insert, past)).rejects.toThrow(/row-level security/);
    }
  });
});
