import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestGraph, testGraph } from '../support/graph.ts';
import { booked, clinicOf } from './exam-story.ts';

/** What the database alone keeps of notices: permissions and visibleTo are not asked here. */
let graph: TestGraph;
let app: pg.Client;
let owner: pg.Client;
let startsAt: string;
beforeAll(async () => {
  graph = await testGraph();
  const desk = await graph.as('front-desk');
  startsAt = (await booked(desk, graph, await clinicOf(desk))).startsAt;
  app = new pg.Client({ connectionString: graph.database.addresses.prescriptions.appUrl });
  owner = new pg.Client({ connectionString: graph.database.ownerUrl });
  await Promise.all([app.connect(), owner.connect()]);
  await app.query('set search_path = prescriptions');
});
afterAll(async () => {
  await Promise.all([app?.end(), owner?.end()]);
  await graph?.[Symbol.asyncDispose]();
});

/** Runs a statement in a transaction with these settings, and rolls it back. */
async function as(settings: Record<string, string>, text: string, values: unknown[] = []): Promise<unknown[]> {
  await app.query('begin');
  try {
    for (const [name, value] of Object.entries(settings)) await app.query('select set_config($1, $2, true)', [`app.${name}`, value]);
    return (await app.query(text, values)).rows;
  } finally {
    await app.query('rollback');
  }
}

const service = { actor: 'prescriptions', everywhere: '{hand-off:receive}' };

test('what is due is shown to the subgraph itself and to nobody else', async () => {
  const due = `select minutes_before from prescriptions_notice.due_reminders($1, '{1440,60}', 10)`;
  const at = new Date(Date.parse(startsAt) - 60_000).toISOString();
  expect(await as(service, due, [at])).toEqual([{ minutes_before: 60 }]);
  expect(await as({ actor: 'someone', everywhere: '{clinic:read}' }, due, [at])).toEqual([]);
});

test.each(['exam_appointment', 'exam_reminder'])('without a right %s is empty, and nobody changes what stands in it', async (table) => {
  expect(await as({ actor: 'someone' }, `select * from ${table}`)).toEqual([]);
  await expect(as(service, `delete from ${table}`)).rejects.toThrow(/permission denied/);
  await expect(owner.query(`delete from prescriptions.${table}`)).rejects.toThrow(/insert-only/);
});

test('whoever may not change the time of an exam says nothing of it, and nobody in another’s name', async () => {
  const say = `insert into exam_appointment select uuidv7(), clinic_id, patient_id, exam_id, 7, 'RESCHEDULED', starts_at, ends_at, at, $1 from exam_appointment limit 1`;
  const [row] = await graph.sql<{ at: string }>('select clinic_id::text as at from prescriptions.exam_appointment');
  const read = { actor: 'someone', may_exam_read: `{${row?.at}}` };
  await expect(as(read, say, ['someone'])).rejects.toThrow(/row-level security/);
  await expect(as({ ...read, may_exam_book: `{${row?.at}}` }, say, ['somebody-else'])).rejects.toThrow(/row-level security/);
  expect(await as({ ...read, may_exam_book: `{${row?.at}}` }, say, ['someone'])).toEqual([]);
});

test.each([
  'select intake_id from good_faith_exam',
  'select * from patient',
  "update good_faith_exam set id = uuidv7() where status = 'BOOKED'",
])('the role that looks after notices may not %s', async (statement) => {
  await owner.query('begin');
  try {
    await owner.query(`set local role goodfaith_notice; set local search_path = prescriptions`);
    await owner.query(`select set_config('app.everywhere', '{hand-off:receive}', true)`);
    await expect(owner.query(statement)).rejects.toThrow(/permission denied|row-level security/);
  } finally {
    await owner.query('rollback');
  }
});
