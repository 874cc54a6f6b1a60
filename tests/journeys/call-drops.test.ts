import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Asker, type Data, testGraph, type TestGraph } from '../support/graph.ts';
import {
  approval,
  booked,
  claimNextExam,
  clinicOf,
  completeExam,
  readyPatient,
  requestExamNow,
  startExam,
} from '../prescriptions/exam-story.ts';
import { breakOffExam, type Caller, callerAs, examCall, later, requestExamAgain, talked } from '../prescriptions/call-story.ts';

/**
 * A call drops. A patient and her examiner meet at the booked time; the line breaks, she comes back, it breaks again and stays so. Nothing of
 * it becomes an approval. She waits again at the place she had, before somebody who came meanwhile, and is examined after all.
 */
let graph: TestGraph;
let desk: Asker;
let examiner: Asker;
let clinicId: string;
let examId: string;
let second: string;
let patient: Caller;

beforeAll(async () => {
  graph = await testGraph();
  desk = await graph.as('front-desk');
  examiner = await graph.as('examiner', { stepUp: true });
  clinicId = await clinicOf(desk);
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const begin = (id: string) => examiner.get(startExam, { input: { examId: id, patientState: 'TX', identityVerifiedBy: 'GOVERNMENT_ID' } });
const complete = async (id: string): Promise<Data> => (await examiner.ask(completeExam, { input: approval(id) })).data.completeExam;

test('a patient and her examiner meet in the call at the booked time', async () => {
  const { examId: id, startsAt } = await booked(desk, graph, clinicId);
  examId = id;
  graph.clock.set(new Date(Date.parse(startsAt) - 60_000));
  ({ patient } = await talked(graph, desk, examiner, examId));
  await begin(examId);
  expect((await desk.get(examCall, { id: examId })).exam).toMatchObject({
    status: 'IN_PROGRESS',
    call: {
      participants: [
        { part: 'PATIENT', presence: 'INSIDE' },
        { part: 'EXAMINER', presence: 'INSIDE' },
      ],
    },
  });
});

test('the line breaks, and while she is gone nothing is approved', async () => {
  await patient.tells('DROPPED');
  expect(await complete(examId)).toMatchObject({
    code: 'RULE_BLOCKED',
    message: 'The call broke off: the patient dropped out and did not come back',
  });
});

test('she comes back with new leave, it breaks again, and the exam ends as not completed', async () => {
  later(graph, 360);
  const back = await callerAs(desk, examId, 'PATIENT');
  expect(await back.tells('REJOINED')).toMatchObject({ kind: 'REJOINED' });
  later(graph, 20);
  await back.tells('DROPPED');
  const { breakOffExam: exam } = await examiner.get(breakOffExam, { input: { examId, reason: 'TECHNICAL_FAILURE' } });
  expect(exam).toMatchObject({ status: 'COMPLETED', outcome: 'NOT_COMPLETED', services: [], validUntil: null });
  expect(await complete(examId)).toMatchObject({ code: 'ILLEGAL_TRANSITION' });
  const { events } = (await desk.get(examCall, { id: examId })).exam.call;
  expect(events.filter(({ part }: Data) => part === 'PATIENT').map(({ kind }: Data) => kind)).toEqual([
    'JOINED',
    'DROPPED',
    'REJOINED',
    'DROPPED',
  ]);
});

test('she waits at the place she had, before somebody who came meanwhile', async () => {
  const walkIn = await readyPatient(desk, clinicId);
  const request = { clinicId, ...walkIn, service: 'weight-loss', patientState: 'TX', modality: 'SYNC_VIDEO' };
  const { requestExamNow: other } = await desk.get(requestExamNow, { input: request });
  const { requestExamAgain: again } = await desk.get(requestExamAgain, { input: { examId } });
  expect(again).toMatchObject({ status: 'REQUESTED', queuePosition: 1, follows: { id: examId } });
  second = again.id;
  const claimed = async () => (await examiner.get(claimNextExam)).claimNextExam.id;
  expect([await claimed(), await claimed()]).toEqual([second, other.id]);
});

test('and is examined after all, on a record of its own', async () => {
  await talked(graph, desk, examiner, second);
  await begin(second);
  expect(await complete(second)).toMatchObject({ status: 'COMPLETED', outcome: 'APPROVED', services: ['weight-loss'] });
  expect((await desk.get('query ($id: ID!) { exam(id: $id) { outcome brokenOffReason } }', { id: examId })).exam).toEqual({
    ...{ outcome: 'NOT_COMPLETED', brokenOffReason: 'TECHNICAL_FAILURE' },
  });
});
