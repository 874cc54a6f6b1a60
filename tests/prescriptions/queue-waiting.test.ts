import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromId } from '#kernel/ids.ts';
import { type Asker, testGraph, type TestGraph } from '../support/graph.ts';
import { later } from './call-story.ts';
import { cancelExam, clinicOf } from './exam-story.ts';
import { claimAs, runJob, walkIn } from './queue-story.ts';

let graph: TestGraph;
let desk: Asker;
let examiner: Asker;
let clinicId: string;
beforeAll(async () => {
  graph = await testGraph();
  desk = await graph.as('front-desk');
  examiner = await graph.as('examiner');
  clinicId = await clinicOf(desk);
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

/** What was told of an exam, to the letter. */
const told = async (examId: string) =>
  (
    await graph.sql<{ payload: object }>(
      `select payload from prescriptions.outbox_event where topic = 'exam-waiting' and payload->>'examId' = $1 order by (payload->>'minutes')::int`,
      [examId],
    )
  ).map(({ payload }) => payload);

test('who waits is told of at 5, 15 and 30 minutes, once each however often the job runs, and nothing of the patient', {
  timeout: 240_000,
}, async () => {
  const { id: examId, requestedAt } = await walkIn(desk, clinicId);
  const mark = (minutes: number) => ({ examId, clinicId, minutes, since: requestedAt });
  later(graph, 240);
  await runJob(graph, 'note-waiting');
  expect(await told(examId)).toEqual([]);
  later(graph, 60);
  await runJob(graph, 'note-waiting', 3);
  expect(await told(examId)).toEqual([mark(5)]);
  later(graph, 600);
  await runJob(graph, 'note-waiting', 2);
  later(graph, 900);
  await runJob(graph, 'note-waiting');
  await runJob(graph, 'note-waiting');
  expect(await told(examId)).toEqual([mark(5), mark(15), mark(30)]);
  const trail = await graph.sql(
    `select detail, patient_id from prescriptions.audit_event where action = 'exam.waiting' and subject_id = $1 order by at`,
    [fromId('exam', examId)],
  );
  expect(trail).toEqual([5, 15, 30].map((minutes) => ({ detail: { minutes }, patient_id: null })));
  later(graph, 36_000);
  await runJob(graph, 'note-waiting');
  expect(await told(examId)).toHaveLength(3);
  await desk.get(cancelExam, { input: { examId, reason: 'PATIENT_REQUEST' } });
});

test('of marks that were missed the nearest is made up for, and none of who was taken or called off', { timeout: 240_000 }, async () => {
  const { id: taken } = await walkIn(desk, clinicId);
  await claimAs(examiner);
  const { id: calledOff } = await walkIn(desk, clinicId);
  await desk.get(cancelExam, { input: { examId: calledOff, reason: 'PATIENT_REQUEST' } });
  const { id: missed } = await walkIn(desk, clinicId);
  later(graph, 170);
  await runJob(graph, 'note-waiting');
  expect([await told(taken), await told(calledOff), await told(missed)]).toEqual([[], [], []]);
  // The claim has gone silent: the patient has waited all along.
  later(graph, 1_000);
  await runJob(graph, 'note-waiting');
  const minutes = async (id: string) => (await told(id)).map((payload) => (payload as { minutes: number }).minutes);
  expect([await minutes(taken), await minutes(calledOff), await minutes(missed)]).toEqual([[15], [], [15]]);
});

test('a mark is one row: what was told cannot be told again, or be unsaid', async () => {
  const again = `insert into prescriptions.waiting_notice select uuidv7(), clinic_id, exam_id, minutes, noted_at from prescriptions.waiting_notice limit 1`;
  await expect(graph.sql(again)).rejects.toThrow(/waiting_notice_exam_id_minutes_key/);
  await expect(graph.sql('delete from prescriptions.waiting_notice')).rejects.toThrow();
});
