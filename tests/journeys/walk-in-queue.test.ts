import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Asker, type Data, testGraph, type TestGraph } from '../support/graph.ts';
import { later, talked } from '../prescriptions/call-story.ts';
import { approval, cancelExam, clinicOf, completeExam, examinerId, startExam } from '../prescriptions/exam-story.ts';
import { asAssistant, assistantId, claimAs, keepClaim, returnToQueue, runJob, standing, walkIn } from '../prescriptions/queue-story.ts';

/**
 * A morning at the walk-in desk. Three come one after another. The first is claimed by an examiner whose line dies: nobody has to do anything for
 * her to be taken by another, before those who came later. The second is given back and taken again. The desk sees all of it as it happens,
 * hears of who waits too long, and the first is examined to the end.
 */
let graph: TestGraph;
let desk: Asker;
let examiner: Asker;
let assistant: Asker;
let clinicId: string;
const came: Data[] = [];
let room: AsyncIterator<unknown>;
const over = new AbortController();

beforeAll(async () => {
  graph = await testGraph();
  desk = await graph.as('front-desk');
  examiner = await graph.as('examiner', { stepUp: true });
  assistant = await asAssistant(graph);
  clinicId = await clinicOf(desk);
});
afterAll(async () => {
  over.abort();
  await room?.return?.(undefined);
  await graph?.[Symbol.asyncDispose]();
});

/** The next thing the desk is told that is so; each event is the room as it is then, and two changes may be told as one. */
async function roomWhere(isSo: (waiting: Data[]) => boolean): Promise<Data[]> {
  for (;;) {
    const { value } = (await room.next()) as { value: { data: Data } };
    const { waiting } = JSON.parse(JSON.stringify(value.data)).queueUpdated;
    if (isSo(waiting)) return waiting.map(({ position, exam }: Data) => [exam.id, position, exam.examiner?.displayName ?? null]);
  }
}

test('three come, and the desk that follows the queue sees each at their place', async () => {
  const followed = `subscription ($clinicId: ID!) { queueUpdated(clinicId: $clinicId) { waiting { position exam { id status examiner { displayName } } } } }`;
  room = (await desk.subscribe(followed, { clinicId }, over.signal))[Symbol.asyncIterator]() as AsyncIterator<unknown>;
  expect(await roomWhere(() => true)).toEqual([]);
  for (let count = 0; count < 3; count += 1) {
    came.push(await walkIn(desk, clinicId));
    later(graph, 20);
  }
  expect(await roomWhere((waiting) => waiting.length === 3)).toEqual(came.map(({ id }, index) => [id, index + 1, null]));
});

test('an examiner claims the first, keeps her for a while, and falls silent: she waits again, before the others', async () => {
  expect((await claimAs(examiner)).id).toBe(came[0].id);
  expect(await roomWhere(([first]) => first.exam.status === 'HELD')).toEqual([
    [came[0].id, null, expect.stringMatching(/.+/)],
    [came[1].id, 1, null],
    [came[2].id, 2, null],
  ]);
  later(graph, 120);
  await examiner.get(keepClaim, { input: { examId: came[0].id } });
  later(graph, 120);
  expect(await standing(desk, came[0].id)).toMatchObject({ status: 'HELD', examiner: { id: examinerId } });
  later(graph, 61);
  expect(await standing(desk, came[0].id)).toMatchObject({ status: 'REQUESTED', queuePosition: 1, examiner: null });
  await runJob(graph, 'tidy-claims');
  expect(await roomWhere(([first]) => first.exam.status === 'REQUESTED')).toEqual(came.map(({ id }, index) => [id, index + 1, null]));
});

test('whoever has waited five minutes is told of, once', async () => {
  await runJob(graph, 'note-waiting', 2);
  const told = await graph.sql(
    `select payload->>'examId' as id, payload->>'minutes' as minutes from prescriptions.outbox_event where topic = 'exam-waiting' order by 1`,
  );
  expect(told).toEqual(came.map(({ id }) => ({ id, minutes: '5' })).toSorted((a, b) => a.id.localeCompare(b.id)));
});

test('another examiner takes her, the first one the next, gives him back, and gets him again', async () => {
  expect(await claimAs(assistant)).toMatchObject({ id: came[0].id, examiner: { id: assistantId } });
  expect((await claimAs(examiner)).id).toBe(came[1].id);
  const input = { examId: came[1].id, reason: 'CALLED_AWAY' };
  expect((await examiner.get(returnToQueue, { input })).returnToQueue).toMatchObject({ status: 'REQUESTED', queuePosition: 1 });
  expect([(await claimAs(examiner)).id, (await claimAs(examiner)).id]).toEqual([came[1].id, came[2].id]);
  expect(await claimAs(examiner)).toMatchObject({ code: 'QUEUE_EMPTY' });
});

test('who was claimed is examined to the end, and nobody takes an exam that has begun', async () => {
  await talked(graph, desk, examiner, came[1].id);
  await examiner.get(startExam, { input: { examId: came[1].id, patientState: 'TX', identityVerifiedBy: 'GOVERNMENT_ID' } });
  later(graph, 600);
  await runJob(graph, 'tidy-claims');
  expect(await standing(desk, came[1].id)).toMatchObject({ status: 'IN_PROGRESS', examiner: { id: examinerId } });
  const { completeExam: done } = await examiner.get(completeExam, { input: approval(came[1].id) });
  expect(done).toMatchObject({ status: 'COMPLETED', outcome: 'APPROVED', services: ['weight-loss'] });
  for (const { id } of [came[0], came[2]]) await desk.get(cancelExam, { input: { examId: id, reason: 'PATIENT_REQUEST' } });
  expect(await roomWhere((waiting) => waiting.length === 0)).toEqual([]);
});
