import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromId } from '#kernel/ids.ts';
import { personas } from '#prisma/seed/personas.ts';
import { testDatabase, type TestDatabase } from '../support/postgres.ts';
import { seeded } from '../support/test-roles.ts';

/** What the database alone keeps of schedules: permissions of the graph are not asked here. */
let database: TestDatabase;
let app: pg.Client;
beforeAll(async () => {
  database = await testDatabase(seeded);
  app = new pg.Client({ connectionString: database.addresses.prescriptions.appUrl });
  await app.connect();
});
afterAll(async () => {
  await app.end();
  await database[Symbol.asyncDispose]();
});

const sub = (persona: string) => personas[persona]?.sub ?? '';
const own = fromId('practitioner', sub('examiner'));
const another = fromId('practitioner', sub('examiner-b'));
const clinic = fromId('clinic', personas['front-desk']?.grants[0]?.at ?? '');
const otherClinic = fromId('clinic', personas['other-desk']?.grants[0]?.at ?? '');

/** Runs one statement as somebody with these rights, and rolls it back: how many rows it touched, or why not. */
async function as(actor: string, rights: Record<string, string>, text: string, values: unknown[] = []): Promise<number | string> {
  await app.query('begin');
  try {
    await app.query(`select set_config('app.actor', $1, true)`, [actor]);
    for (const [right, at] of Object.entries(rights)) await app.query('select set_config($1, $2, true)', [`app.may_${right}`, `{${at}}`]);
    return (await app.query(text, values)).rowCount ?? 0;
  } catch (error) {
    return error instanceof pg.DatabaseError ? (error.code ?? 'unknown') : 'unknown';
  } finally {
    await app.query('rollback');
  }
}

const keeps = { schedule_keep: clinic };
const arranges = { schedule_arrange: clinic, schedule_read: clinic };
const addHours = `insert into working_hours (id, examiner_id, clinic_id, time_zone, weekday, starts_at, ends_at, modality, valid_from)
  values (gen_random_uuid(), $1, $2, 'America/Chicago', 1, '08:00', '09:00', 'SYNC_VIDEO', '2026-12-01')`;
const addException = `insert into schedule_exception (id, examiner_id, clinic_id, day, time_zone, hours)
  values (gen_random_uuid(), $1, $2, '2026-12-01', 'America/Chicago', '[]')`;
const addTimeOff = `insert into time_off (id, examiner_id, starts_at, ends_at) values (gen_random_uuid(), $1, '2026-12-01', '2026-12-02')`;
const DENIED = '42501';

test('an examiner writes their own time and nobody else’s', async () => {
  const write = async (examiner: string, at: string | null = null) => [
    await as(sub('examiner'), keeps, addHours, [examiner, at]),
    await as(sub('examiner'), keeps, addException, [examiner, at]),
    await as(sub('examiner'), keeps, addTimeOff, [examiner]),
  ];
  expect(await write(own)).toEqual([1, 1, 1]);
  expect(await write(own, clinic)).toEqual([1, 1, 1]);
  expect(await write(another)).toEqual([DENIED, DENIED, DENIED]);
  expect((await write(own, otherClinic)).slice(0, 2)).toEqual([DENIED, DENIED]);
});

test('without the right not even one’s own', async () => {
  expect(await as(sub('examiner'), {}, addHours, [own, null])).toBe(DENIED);
  expect(await as(sub('examiner'), {}, addTimeOff, [own])).toBe(DENIED);
  expect(await as(sub('examiner'), {}, 'delete from working_hours')).toBe(0);
});

test('an examiner removes their own time, and of another’s finds nothing', async () => {
  expect(await as(sub('examiner'), keeps, 'delete from working_hours where examiner_id = $1', [own])).toBe(6);
  expect(await as(sub('examiner'), { ...keeps, exam_read: clinic }, 'delete from working_hours where examiner_id <> $1', [own])).toBe(0);
});

test('hours are replaced and never rewritten', async () => {
  for (const table of ['working_hours', 'schedule_exception', 'time_off', 'examiner_clinic'])
    expect(await as(sub('examiner'), { ...keeps, ...arranges }, `update ${table} set examiner_id = examiner_id`)).toBe(DENIED);
});

test('a clinic’s settings and panel are written by those who arrange them there', async () => {
  const settings = `insert into exam_settings (id, clinic_id, minutes, minutes_before, minutes_after, lead_minutes, step_minutes, set_at, set_by)
    values (gen_random_uuid(), $1, 20, 0, 0, 0, 20, now(), 'x')`;
  const panel = `insert into examiner_panel (id, arranged_at, arranged_by) values ($1, now(), 'x')`;
  const member = `insert into examiner_clinic (id, examiner_id, clinic_id, services) values (gen_random_uuid(), '${another}', $1, '{}')`;
  for (const statement of [settings, panel, member]) {
    expect(await as('someone', arranges, statement, [clinic])).toBe(1);
    expect(await as('someone', arranges, statement, [otherClinic])).toBe(DENIED);
    expect(await as('someone', { schedule_read: clinic, exam_read: clinic }, statement, [clinic])).toBe(DENIED);
  }
  expect(await as('someone', arranges, 'delete from examiner_clinic where clinic_id <> $1', [clinic])).toBe(0);
  expect(await as('someone', arranges, 'delete from exam_settings')).toBe(DENIED);
});

test('who keeps a clinic’s schedule in view sees who examines there and their hours, and no exam', async () => {
  const seen = async (text: string) => as('someone', { schedule_read: clinic }, text);
  expect(await seen(`select 1 from examiner_clinic where clinic_id <> '${clinic}'`)).toBe(0);
  expect(await seen('select 1 from working_hours')).toBeGreaterThan(0);
  expect(await seen(`select 1 from working_hours where examiner_id = '${another}'`)).toBe(0);
  expect(await seen('select 1 from good_faith_exam')).toBe(0);
});
