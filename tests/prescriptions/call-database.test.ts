import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fromId } from '#kernel/ids.ts';
import { personas } from '#prisma/seed/personas.ts';
import { type Asker, testGraph, type TestGraph } from '../support/graph.ts';
import { inviteToCall, talked } from './call-story.ts';
import { clinicOf, started } from './exam-story.ts';

/** What the database alone keeps of calls: permissions in code are not asked here. */
let graph: TestGraph;
let app: pg.Client;
let examId: string;
const clinic = fromId('clinic', personas['front-desk']?.grants[0]?.at ?? '');
const elsewhere = fromId('clinic', personas['other-desk']?.grants[0]?.at ?? '');
const tables = ['call_pass', 'call_event', 'call_sample', 'call_invitation'];

beforeAll(async () => {
  graph = await testGraph();
  const desk: Asker = await graph.as('front-desk');
  const examiner = await graph.as('examiner');
  const exam = await started(graph, await clinicOf(desk));
  await talked(graph, desk, examiner, exam.examId);
  await examiner.get(inviteToCall, { input: { examId: exam.examId, person: personas['director']?.sub, patientAgreed: true } });
  examId = fromId('exam', exam.examId);
  app = new pg.Client({ connectionString: graph.database.addresses.prescriptions.appUrl });
  await app.connect();
});
afterAll(async () => {
  await app?.end();
  await graph?.[Symbol.asyncDispose]();
});

/** Runs a statement with these lists of places and nothing else, and takes it back. */
async function as(places: Record<string, string>, text: string, values: unknown[] = []): Promise<number> {
  await app.query('begin');
  try {
    await app.query(`select set_config('app.actor', 'usr_me', true)`);
    for (const [setting, at] of Object.entries(places))
      await app.query('select set_config($1, $2, true)', [`app.may_${setting}`, `{${at}}`]);
    return (await app.query(text, values)).rowCount ?? 0;
  } finally {
    await app.query('rollback');
  }
}

describe.each(tables)('%s', (table) => {
  const right = table === 'call_pass' || table === 'call_invitation' ? 'call_join' : 'exam_read';

  test('is read at the clinics of a right, and nowhere else', async () => {
    expect(await as({ [right]: clinic }, `select 1 from ${table} where clinic_id = $1`, [clinic])).toBeGreaterThan(0);
    for (const places of [{}, { [right]: elsewhere }, { metrics_read: clinic, patient_read: clinic, readiness_read: clinic }]) {
      expect(await as(places as Record<string, string>, `select 1 from ${table}`)).toBe(0);
    }
  });

  test('is never changed, by anybody', async () => {
    const everything = { call_join: clinic, exam_read: clinic, exam_conduct: clinic, exam_book: clinic };
    await expect(as(everything, `update ${table} set clinic_id = clinic_id`)).rejects.toThrow(/permission denied/);
    await expect(as(everything, `delete from ${table}`)).rejects.toThrow(/permission denied/);
    for (const change of [`update prescriptions.${table} set clinic_id = clinic_id`, `delete from prescriptions.${table}`]) {
      await expect(graph.sql(change)).rejects.toThrow(/insert-only/);
    }
  });
});

const pass = `insert into call_pass (id, clinic_id, patient_id, exam_id, part, person, provider, issued_to, issued_at, expires_at)
  select uuidv7(), clinic_id, patient_id, id, 'PATIENT', 'pat', 'EMBEDDED', $2, now(), now() + interval '5 minutes' from good_faith_exam where id = $1`;
const event = `insert into call_event (id, clinic_id, patient_id, exam_id, pass_id, part, person, kind, at, recorded_at, recorded_by)
  select uuidv7(), clinic_id, patient_id, exam_id, id, part, person, $3, now() - $4::interval, now(), $2 from call_pass where exam_id = $1 limit 1`;
const invitation = `insert into call_invitation (id, clinic_id, patient_id, exam_id, person, invited_by, invited_at)
  select uuidv7(), clinic_id, patient_id, id, 'usr_x', $2, now() from good_faith_exam where id = $1`;
const mine = { call_join: clinic, exam_read: clinic };

test('a pass, an event and an invitation are written under one’s own name, with the right to it', async () => {
  expect(await as(mine, pass, [examId, 'usr_me'])).toBe(1);
  await expect(as(mine, pass, [examId, 'usr_other'])).rejects.toThrow(/row-level security/);
  await expect(as({ exam_read: clinic }, pass, [examId, 'usr_me'])).rejects.toThrow(/row-level security/);
  expect(await as(mine, event, [examId, 'usr_me', 'LEFT', '0'])).toBe(1);
  await expect(as(mine, event, [examId, 'usr_other', 'LEFT', '0'])).rejects.toThrow(/row-level security/);
  await expect(as(mine, invitation, [examId, 'usr_me'])).rejects.toThrow(/row-level security/);
  expect(await as({ ...mine, exam_conduct: clinic }, invitation, [examId, 'usr_me'])).toBe(1);
});

test('a presence is never told to have begun earlier than it was told', async () => {
  expect(await as(mine, event, [examId, 'usr_me', 'DROPPED', '1 minute'])).toBe(1);
  await expect(as(mine, event, [examId, 'usr_me', 'REJOINED', '1 minute'])).rejects.toThrow(/call_event_check/);
  await expect(as(mine, event, [examId, 'usr_me', 'LEFT', '-1 minute'])).rejects.toThrow(/call_event_check/);
});
