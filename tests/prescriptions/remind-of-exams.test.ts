import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { fromId } from '#kernel/ids.ts';
import { type Asker, type TestGraph, testGraph } from '../support/graph.ts';
import { booked, cancelExam, clinicOf, freeTimes, held, rescheduleExam } from './exam-story.ts';

let graph: TestGraph;
let desk: Asker;
let clinicId: string;
let examId: string;
let patientId: string;
let startsAt: string;
let start: Date;
beforeAll(async () => {
  graph = await testGraph();
  start = new Date();
  desk = await graph.as('front-desk');
  clinicId = await clinicOf(desk);
});
afterAll(async () => graph?.[Symbol.asyncDispose]());
// An exam some days ahead, and nothing else that anybody could be reminded of.
beforeEach(async () => {
  graph.clock.set(start);
  await graph.sql(
    `update prescriptions.good_faith_exam set status = 'CANCELLED', cancelled_at = now(), cancel_reason = 'CLINIC_REQUEST' where status = 'BOOKED'`,
  );
  const [, , time = ''] = await freeTimes(desk, graph, clinicId, 3);
  ({ examId, patientId } = await booked(desk, graph, clinicId, time));
  startsAt = new Date(time).toISOString();
});

/** Has the job run so many times at once, as the clock would, so many minutes before a time, and waits for the end of it. */
async function run(minutesBefore: number, time = startsAt, times = 1): Promise<void> {
  graph.clock.set(new Date(Date.parse(time) - minutesBefore * 60_000));
  const ids = Array.from({ length: times }, () => randomUUID());
  await Promise.all(ids.map((id) => graph.sql(`select prescriptions.enqueue('remind-of-exams', $1)`, [id])));
  await vi.waitFor(
    async () => {
      const keys = ids.map((id) => `remind-of-exams:${id}`);
      expect(await graph.sql(`select 1 from prescriptions_jobs._private_jobs where key = any ($1)`, [keys])).toEqual([]);
    },
    { timeout: 60_000, interval: 50 },
  );
}

async function reminded(): Promise<object[]> {
  const rows = await graph.sql<{ payload: object }>(
    `select payload from prescriptions.outbox_event where topic = 'exam-reminder' and payload->>'examId' = $1
     order by payload->>'startsAt', (payload->>'minutesBefore')::int desc`,
    [examId],
  );
  return rows.map(({ payload }) => payload);
}

const of = (minutesBefore: number, time = startsAt) => ({ examId, clinicId, startsAt: time, minutesBefore });

test('a day and an hour before it begins, and once each, however often the job runs', async () => {
  await run(1441);
  expect(await reminded()).toEqual([]);
  await run(1440, startsAt, 3);
  await run(1200);
  expect(await reminded()).toEqual([of(1440)]);
  await run(61);
  expect(await reminded()).toEqual([of(1440)]);
  await run(60, startsAt, 3);
  await run(1);
  await run(-5);
  expect(await reminded()).toEqual([of(1440), of(60)]);
  const trail = await graph.sql(
    `select detail from prescriptions.audit_event where action = 'exam.reminded' and subject_id = $1 order by id`,
    [fromId('exam', examId)],
  );
  expect(trail).toEqual([{ detail: { minutesBefore: 1440 } }, { detail: { minutesBefore: 60 } }]);
});

test('marks that went by unseen are made up for by the nearest alone', async () => {
  await run(20);
  expect(await reminded()).toEqual([of(60)]);
  await run(10);
  expect(await reminded()).toEqual([of(60)]);
});

test('an exam that is moved is reminded of anew, and not of the time it had', async () => {
  await run(1000);
  const [next = ''] = await freeTimes(desk, graph, clinicId, 4);
  await desk.get(rescheduleExam, { input: { examId, holdId: await held(desk, clinicId, patientId, next) } });
  await run(50);
  expect(await reminded()).toEqual([of(1440)]);
  const moved = new Date(next).toISOString();
  await run(1440, moved);
  await run(60, moved);
  expect(await reminded()).toEqual([of(1440), of(1440, moved), of(60, moved)]);
});

test('after a cancellation there is none', async () => {
  await run(1440);
  await desk.get(cancelExam, { input: { examId, reason: 'PATIENT_REQUEST' } });
  await run(60);
  expect(await reminded()).toEqual([of(1440)]);
});

test('who booked within a mark has just been told, and is reminded at the next one', async () => {
  await graph.sql('alter table prescriptions.exam_appointment disable trigger insert_only');
  await graph.sql(`update prescriptions.exam_appointment set at = $2::timestamptz where exam_id = $1`, [
    fromId('exam', examId),
    new Date(Date.parse(startsAt) - 10 * 3_600_000).toISOString(),
  ]);
  await graph.sql('alter table prescriptions.exam_appointment enable trigger insert_only');
  await run(300);
  expect(await reminded()).toEqual([]);
  await run(60);
  expect(await reminded()).toEqual([of(60)]);
});
