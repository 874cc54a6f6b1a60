import { sync } from 'node-ical';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromId } from '#kernel/ids.ts';
import { type Asker, type TestGraph, testGraph } from '../support/graph.ts';
import { booked, cancelExam, clinicOf, freeTimes, held, readyPatient, requestExamNow, rescheduleExam } from './exam-story.ts';

let graph: TestGraph;
let desk: Asker;
let clinicId: string;
beforeAll(async () => {
  graph = await testGraph();
  desk = await graph.as('front-desk');
  clinicId = await clinicOf(desk);
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const later = (minutes: number) => graph.clock.set(new Date(graph.clock.now().getTime() + minutes * 60_000));

async function invited(examId: string, who: Asker = desk): Promise<string> {
  return (await who.get('query ($id: ID!) { exam(id: $id) { calendarInvitation } }', { id: examId })).exam.calendarInvitation;
}

function read(text: string) {
  const parts = sync.parseICS(text);
  const [event] = Object.values(parts).flatMap((part) => (part?.type === 'VEVENT' ? [part] : []));
  const { uid, sequence, start, end, summary, status, location } = event ?? {};
  return {
    method: /^METHOD:(.*)\r$/m.exec(text)?.[1],
    ...{
      uid,
      sequence: Number(sequence),
      startsAt: new Date(Number(start)).toISOString(),
      minutes: (Number(end) - Number(start)) / 60_000,
    },
    ...{ summary, status, location },
  };
}

test('an exam that is moved and then cancelled keeps its identity, and each change counts one more', async () => {
  const { examId, patientId, startsAt } = await booked(desk, graph, clinicId);
  const {
    clinic: { name },
  } = await desk.get('query ($id: ID!) { clinic(id: $id) { name } }', { id: clinicId });
  const same = { uid: `${examId}@goodfaith`, minutes: 20, summary: `Appointment at ${name}`, location: undefined };
  const first = await invited(examId);
  expect(read(first)).toEqual({ ...same, method: 'REQUEST', sequence: 0, startsAt: new Date(startsAt).toISOString(), status: 'CONFIRMED' });

  later(5);
  // Whoever asks, and whenever: it is the same invitation.
  expect(await invited(examId, await graph.as('examiner'))).toBe(first);

  const [, next = ''] = await freeTimes(desk, graph, clinicId);
  await desk.get(rescheduleExam, { input: { examId, holdId: await held(desk, clinicId, patientId, next) } });
  const moved = { ...same, startsAt: new Date(next).toISOString() };
  expect(read(await invited(examId))).toEqual({ ...moved, method: 'REQUEST', sequence: 1, status: 'CONFIRMED' });

  later(5);
  await desk.get(cancelExam, { input: { examId, reason: 'PATIENT_REQUEST' } });
  expect(read(await invited(examId))).toEqual({ ...moved, method: 'CANCEL', sequence: 2, status: 'CANCELLED' });

  const told = await graph.sql<{ payload: object }>(
    `select payload from prescriptions.outbox_event where topic = 'exam-appointment' and payload->>'examId' = $1 order by (payload->>'sequence')::int`,
    [examId],
  );
  expect(told.map(({ payload }) => payload)).toEqual([
    { examId, clinicId, change: 'BOOKED', sequence: 0, startsAt: new Date(startsAt).toISOString() },
    { examId, clinicId, change: 'RESCHEDULED', sequence: 1, startsAt: new Date(next).toISOString() },
    { examId, clinicId, change: 'CANCELLED', sequence: 2, startsAt: new Date(next).toISOString() },
  ]);
});

test('an exam that was booked before its times were kept is invited to, and counts on from there', async () => {
  const { examId } = await booked(desk, graph, clinicId);
  await graph.sql('alter table prescriptions.exam_appointment disable trigger insert_only');
  await graph.sql('delete from prescriptions.exam_appointment where exam_id = $1', [fromId('exam', examId)]);
  await graph.sql('alter table prescriptions.exam_appointment enable trigger insert_only');
  expect(read(await invited(examId))).toMatchObject({ method: 'REQUEST', sequence: 0 });
  later(5);
  await desk.get(cancelExam, { input: { examId, reason: 'CLINIC_REQUEST' } });
  expect(read(await invited(examId))).toMatchObject({ method: 'CANCEL', sequence: 1 });
});

test('a walk-in has no invitation, and nobody outside the clinic has anybody’s', async () => {
  const { examId } = await booked(desk, graph, clinicId);
  const { patientId, intakeId } = await readyPatient(desk, clinicId);
  const { requestExamNow: walkIn } = await desk.get(requestExamNow, {
    input: { clinicId, patientId, service: 'weight-loss', patientState: 'TX', modality: 'SYNC_VIDEO', intakeId },
  });
  expect(await invited(walkIn.id)).toBeNull();
  for (const persona of ['mso-manager', 'other-desk', 'pharmacist', 'compliance']) {
    const { data } = await (await graph.as(persona)).ask('query ($id: ID!) { exam(id: $id) { calendarInvitation } }', { id: examId });
    expect(data?.exam ?? null, persona).toBeNull();
  }
});

test('nobody changes what was told of a time', async () => {
  await expect(graph.sql(`update prescriptions.exam_appointment set sequence = 9`)).rejects.toThrow(/insert-only/);
});
