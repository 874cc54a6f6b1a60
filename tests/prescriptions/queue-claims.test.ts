import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

import { type Asker, testGraph, type TestGraph } from '../support/graph.ts';
import { later } from './call-story.ts';
import { cancelExam, clinicOf, examinerId, startExam } from './exam-story.ts';
import { asAssistant, assistantId, claimAs, keepClaim, returnToQueue, runJob, standing, walkIn } from './queue-story.ts';

let graph: TestGraph;
let desk: Asker;
let examiner: Asker;
let assistant: Asker;
let clinicId: string;
beforeAll(async () => {
  graph = await testGraph();
  desk = await graph.as('front-desk');
  examiner = await graph.as('examiner');
  assistant = await asAssistant(graph);
  clinicId = await clinicOf(desk);
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

/** Whatever a test leaves in the queue is nobody else's. */
afterEach(async () => {
  await graph.sql(
    `update prescriptions.good_faith_exam set status = 'CANCELLED', cancelled_at = now(), cancel_reason = 'CLINIC_REQUEST' where status in ('REQUESTED', 'HELD')`,
  );
});

const keep = async (id: string, who = examiner) => (await who.ask(keepClaim, { input: { examId: id } })).data.keepClaim;
const giveBack = async (id: string, reason: string, who = examiner) =>
  (await who.ask(returnToQueue, { input: { examId: id, reason } })).data.returnToQueue;
const begin = async (id: string, who = examiner) =>
  (await who.ask(startExam, { input: { examId: id, patientState: 'TX', identityVerifiedBy: 'GOVERNMENT_ID' } })).data.startExam;
const returns = async (id: string) =>
  (await desk.get('query ($id: ID!) { exam(id: $id) { claimReturns { examiner { id } claimedAt returnedAt reason } } }', { id })).exam
    .claimReturns;
test('a claim that is kept holds for three minutes from its last sign', async () => {
  const { id, requestedAt } = await walkIn(desk, clinicId);
  await claimAs(examiner);
  later(graph, 170);
  const kept = { id, status: 'HELD', requestedAt, examiner: { id: examinerId }, queuePosition: null };
  const answer = await keep(id);
  expect(answer).toEqual({
    ...{ __typename: 'GoodFaithExam', ...kept, claimedAt: expect.any(String), claimHoldsUntil: expect.any(String) },
  });
  expect(Date.parse(answer.claimHoldsUntil) - Date.parse(answer.claimedAt)).toBeGreaterThanOrEqual(350_000);
  later(graph, 170);
  expect(await standing(desk, id)).toEqual({ status: 'HELD', queuePosition: null, requestedAt, examiner: { id: examinerId } });
  later(graph, 10);
  expect(await standing(desk, id)).toEqual({ status: 'REQUESTED', queuePosition: 1, requestedAt, examiner: null });
});

test('a claim that went silent waits at its old place, and is somebody else’s to take', async () => {
  const first = await walkIn(desk, clinicId);
  const { claimedAt } = await claimAs(examiner);
  later(graph, 60);
  const second = await walkIn(desk, clinicId);
  expect(await standing(desk, second.id)).toMatchObject({ queuePosition: 1 });
  later(graph, 120);
  expect(await standing(desk, second.id)).toMatchObject({ queuePosition: 2 });
  expect((await examiner.get('{ examQueue(first: 5) { nodes { id status } } }')).examQueue.nodes).toEqual([
    { id: first.id, status: 'REQUESTED' },
    { id: second.id, status: 'REQUESTED' },
  ]);
  expect(await claimAs(assistant)).toMatchObject({ id: first.id, status: 'HELD', examiner: { id: assistantId } });
  expect(await returns(first.id)).toEqual([{ examiner: { id: examinerId }, claimedAt, returnedAt: expect.any(String), reason: 'SILENT' }]);
  const blocked = { code: 'RULE_BLOCKED', rules: [expect.objectContaining({ id: 'exam.examiner' })] };
  expect([await keep(first.id), await begin(first.id)]).toEqual([expect.objectContaining(blocked), expect.objectContaining(blocked)]);
});

test('who fell silent neither keeps, returns nor begins what they claimed, and may claim it again', async () => {
  const { id } = await walkIn(desk, clinicId);
  await claimAs(examiner);
  later(graph, 180);
  // Whether the job has come by or not, it is not theirs.
  const refused = [await keep(id), await giveBack(id, 'CALLED_AWAY'), await begin(id)].map(({ code }) => code);
  expect(refused.every((code) => ['RULE_BLOCKED', 'ILLEGAL_TRANSITION'].includes(code))).toBe(true);
  expect(await claimAs(examiner)).toMatchObject({ id, status: 'HELD' });
  expect(await begin(id)).toMatchObject({ status: 'IN_PROGRESS' });
});

test('an exam that has begun never goes back, however long it takes', async () => {
  const { id } = await walkIn(desk, clinicId);
  await claimAs(examiner);
  await begin(id);
  later(graph, 3_600);
  await runJob(graph, 'tidy-claims');
  expect(await standing(desk, id)).toMatchObject({ status: 'IN_PROGRESS', examiner: { id: examinerId } });
  expect([await keep(id), await giveBack(id, 'CALLED_AWAY')]).toEqual([
    { __typename: 'IllegalTransition', code: 'ILLEGAL_TRANSITION', message: expect.any(String), from: 'IN_PROGRESS', to: 'HELD' },
    { __typename: 'IllegalTransition', code: 'ILLEGAL_TRANSITION', message: expect.any(String), from: 'IN_PROGRESS', to: 'REQUESTED' },
  ]);
});

test('the job writes down what went silent, once however often it runs', async () => {
  const { id, requestedAt } = await walkIn(desk, clinicId);
  await claimAs(examiner);
  later(graph, 200);
  await runJob(graph, 'tidy-claims', 3);
  await runJob(graph, 'tidy-claims');
  expect(await standing(desk, id)).toEqual({ status: 'REQUESTED', queuePosition: 1, requestedAt, examiner: null });
  expect(await returns(id)).toEqual([
    { examiner: { id: examinerId }, claimedAt: expect.any(String), returnedAt: expect.any(String), reason: 'SILENT' },
  ]);
  const rows = await graph.sql(
    `select e.status, e.examiner_id, e.claimed_at, e.claim_kept_at, (select count(*)::int from prescriptions.audit_event a
       where a.subject_id = e.id and a.action = 'exam.claim-lapsed') as noted
     from prescriptions.good_faith_exam e where e.status in ('REQUESTED', 'HELD')`,
  );
  expect(rows).toEqual([{ status: 'REQUESTED', examiner_id: null, claimed_at: null, claim_kept_at: null, noted: 1 }]);
});

test('an examiner gives back what they claimed, and the patient waits where they stood', async () => {
  const [first, second] = [await walkIn(desk, clinicId), await walkIn(desk, clinicId)];
  const { claimedAt } = await claimAs(examiner);
  const returned = { id: first.id, status: 'REQUESTED', requestedAt: first.requestedAt, examiner: null, queuePosition: 1 };
  expect(await giveBack(first.id, 'CALLED_AWAY')).toEqual({
    ...{ __typename: 'GoodFaithExam', ...returned, claimedAt: null, claimHoldsUntil: null },
  });
  expect(await returns(first.id)).toEqual([
    { examiner: { id: examinerId }, claimedAt, returnedAt: expect.any(String), reason: 'CALLED_AWAY' },
  ]);
  expect([(await claimAs(assistant)).id, (await claimAs(examiner)).id]).toEqual([first.id, second.id]);
});

test('a patient who was not ready comes after the others for five minutes, for that examiner alone', async () => {
  const [first, second] = [await walkIn(desk, clinicId), await walkIn(desk, clinicId)];
  await claimAs(examiner);
  await giveBack(first.id, 'PATIENT_NOT_READY');
  expect((await claimAs(examiner)).id).toBe(second.id);
  await giveBack(second.id, 'CALLED_AWAY');
  expect((await claimAs(assistant)).id).toBe(first.id);
  await giveBack(first.id, 'CALLED_AWAY', assistant);
  later(graph, 301);
  expect((await claimAs(examiner)).id).toBe(first.id);
});

test('whoever alone is left is given even when not ready', async () => {
  const { id } = await walkIn(desk, clinicId);
  await claimAs(examiner);
  await giveBack(id, 'PATIENT_NOT_READY');
  expect((await claimAs(examiner)).id).toBe(id);
});

test.each(['CONFLICT_OF_INTEREST', 'OUT_OF_SCOPE'])(
  'what was given back as %s is never given to the same examiner again',
  async (reason) => {
    const { id } = await walkIn(desk, clinicId);
    await claimAs(examiner);
    await giveBack(id, reason);
    later(graph, 86_400);
    expect((await claimAs(examiner)).code).toBe('QUEUE_EMPTY');
    expect((await claimAs(assistant)).id).toBe(id);
  },
);

test('a silent claim is cancelled like any other exam that has not begun', async () => {
  const { id } = await walkIn(desk, clinicId);
  await claimAs(examiner);
  later(graph, 200);
  expect((await desk.get(cancelExam, { input: { examId: id, reason: 'PATIENT_REQUEST' } })).cancelExam).toMatchObject({
    status: 'CANCELLED',
  });
});

test('nobody keeps or returns an exam of somebody else, or of a clinic that is not theirs', async () => {
  const { id } = await walkIn(desk, clinicId);
  await claimAs(examiner);
  const codes = async (who: Asker) => [(await keep(id, who)).code, (await giveBack(id, 'CALLED_AWAY', who)).code];
  expect(await codes(assistant)).toEqual(['RULE_BLOCKED', 'RULE_BLOCKED']);
  expect(await codes(await graph.as('examiner-b'))).toEqual(['NOT_FOUND', 'NOT_FOUND']);
  expect(await codes(desk)).toEqual(['FORBIDDEN', 'FORBIDDEN']);
});

test('the panel of the clinic is asked: who is not asked to take a service or a state takes no walk-in of it', async () => {
  const compliance = await graph.as('compliance');
  const panel = (examiners: object[]) =>
    compliance.get(
      'mutation ($input: SetExaminerPanelInput!) { setExaminerPanel(input: $input) { __typename ... on Refusal { code message } } }',
      { input: { clinicId, examiners } },
    );
  const { id } = await walkIn(desk, clinicId);
  await panel([{ examinerId, services: ['iv-therapy'] }, { examinerId: assistantId }]);
  expect((await claimAs(examiner)).code).toBe('QUEUE_EMPTY');
  await panel([{ examinerId, states: ['FL'] }, { examinerId: assistantId }]);
  expect((await claimAs(examiner)).code).toBe('QUEUE_EMPTY');
  await panel([{ examinerId, services: ['weight-loss'], states: ['TX'] }, { examinerId: assistantId }]);
  expect((await claimAs(examiner)).id).toBe(id);
});
