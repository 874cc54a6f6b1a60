import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromId } from '#kernel/ids.ts';
import { type Asker, testGraph, type TestGraph } from '../support/graph.ts';
import {
  cancelExam,
  claimNextExam,
  clinicOf,
  examinerId,
  readyPatient,
  registered,
  requestExamNow,
  screened,
  startExam,
} from './exam-story.ts';

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

const request = async (patientId: string, intakeId: string, more: Record<string, unknown> = {}, asker = desk) =>
  (
    await asker.ask(requestExamNow, {
      input: { clinicId, patientId, service: 'weight-loss', patientState: 'TX', intakeId, modality: 'SYNC_VIDEO', ...more },
    })
  ).data.requestExamNow;
const claim = async (asker = examiner) => (await asker.ask(claimNextExam)).data.claimNextExam;

async function waiting(): Promise<string> {
  const { patientId, intakeId } = await readyPatient(desk, clinicId);
  const exam = await request(patientId, intakeId);
  graph.clock.set(new Date(graph.clock.now().getTime() + 1_000));
  return exam.id;
}

test('nobody waits', async () => {
  expect(await claim()).toEqual({ __typename: 'QueueEmpty', code: 'QUEUE_EMPTY', message: 'No waiting exam is one that you may take.' });
});

test('a walk-in waits, is claimed by one, and is begun', async () => {
  const { patientId, intakeId } = await readyPatient(desk, clinicId);
  const exam = await request(patientId, intakeId);
  expect(exam).toMatchObject({
    __typename: 'GoodFaithExam',
    status: 'REQUESTED',
    service: 'weight-loss',
    startsAt: null,
    examiner: null,
    queuePosition: 1,
    patient: { id: patientId },
  });
  expect((await request(patientId, intakeId)).code).toBe('CONFLICT');
  const { examQueue } = await examiner.get(
    '{ examQueue(first: 20) { nodes { id status service requestedAt patientState clinic { name } } } }',
  );
  expect(examQueue.nodes).toEqual([
    {
      id: exam.id,
      status: 'REQUESTED',
      service: 'weight-loss',
      requestedAt: expect.any(String),
      patientState: 'TX',
      clinic: { name: expect.any(String) },
    },
  ]);
  expect(await claim()).toMatchObject({ id: exam.id, status: 'HELD', queuePosition: null, examiner: { id: examinerId } });
  const begun = await examiner.get(startExam, { input: { examId: exam.id, patientState: 'TX', identityVerifiedBy: 'EXISTING_RECORD' } });
  expect(begun.startExam).toMatchObject({ status: 'IN_PROGRESS', startedAt: expect.any(String) });
  const decisions = await graph.sql(`select gate from prescriptions.exam_decision where exam_id = $1 order by id`, [
    fromId('exam', exam.id),
  ]);
  expect(decisions.map((row) => row['gate'])).toEqual(['REQUEST', 'CLAIM', 'START']);
});

test('longest waiting first, each to one taker, however many claim at once', async () => {
  const ids: string[] = [];
  for (let count = 0; count < 4; count += 1) ids.push(await waiting());
  const first = await claim();
  expect(first.id).toBe(ids[0]);
  const claims = await Promise.all(Array.from({ length: 8 }, () => claim()));
  const taken = claims.filter((one) => one.__typename === 'GoodFaithExam').map((one) => one.id);
  expect(taken.toSorted()).toEqual(ids.slice(1).toSorted());
  expect(claims.filter((one) => one.code === 'QUEUE_EMPTY')).toHaveLength(5);
});

test('positions are counted from one and close up', async () => {
  const ids: string[] = [];
  for (let count = 0; count < 3; count += 1) ids.push(await waiting());
  const positions = async () =>
    Promise.all(ids.map(async (id) => (await desk.get('query ($id: ID!) { exam(id: $id) { queuePosition } }', { id })).exam.queuePosition));
  expect(await positions()).toEqual([1, 2, 3]);
  await desk.get(cancelExam, { input: { examId: ids[0], reason: 'PATIENT_REQUEST' } });
  expect(await positions()).toEqual([null, 1, 2]);
  await Promise.all([claim(), claim()]);
});

test('an exam the examiner may not take stays in the queue', async () => {
  const id = await waiting();
  await graph.sql(`update prescriptions.good_faith_exam set patient_state = 'CA' where id = $1`, [fromId('exam', id)]);
  expect((await claim()).code).toBe('QUEUE_EMPTY');
  await desk.get(cancelExam, { input: { examId: id, reason: 'CLINIC_REQUEST' } });
});

test('a request that nobody could take is refused at once, with the rules', async () => {
  const { patientId, intakeId } = await readyPatient(desk, clinicId);
  for (const more of [{ patientState: 'AZ' }, { modality: 'QUESTIONNAIRE_ONLY' }]) {
    const refused = await request(patientId, intakeId, more);
    expect(refused.code).toBe('RULE_BLOCKED');
    expect(refused.rules.some((rule: { outcome: string }) => rule.outcome !== 'PASS')).toBe(true);
  }
  expect((await request(patientId, intakeId, {}, await graph.as('other-desk'))).code).toBe('NOT_FOUND');
});

test('without consents it is refused', async () => {
  const patientId = await registered(desk, clinicId);
  const refused = await request(patientId, await screened(desk, patientId));
  expect(refused.rules.filter((rule: { outcome: string }) => rule.outcome !== 'PASS').map((rule: { id: string }) => rule.id)).toEqual([
    'consent.TREATMENT',
    'consent.TELEHEALTH',
  ]);
});

test('only examiners claim', async () => {
  expect((await claim(desk)).code).toBe('FORBIDDEN');
});
