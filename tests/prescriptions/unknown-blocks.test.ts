import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Asker, testGraph, type TestGraph } from '../support/graph.ts';
import {
  approval,
  bookExam,
  claimNextExam,
  clinicOf,
  completeExam,
  examSlots,
  freeTimes,
  held,
  holdInput,
  holdSlot,
  readyPatient,
  requestExamNow,
  startExam,
  started,
} from './exam-story.ts';

let graph: TestGraph;
let desk: Asker;
let examiner: Asker;
let clinicId: string;
beforeAll(async () => {
  graph = await testGraph();
  desk = await graph.as('front-desk');
  examiner = await graph.as('examiner', { stepUp: true });
  clinicId = await clinicOf(desk);
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const unknown = (refused: { code: string; rules: { id: string; outcome: string }[] }) => [
  refused.code,
  refused.rules.find((rule) => rule.id === 'licence.examiner')?.outcome,
];

test('while nobody can say who is licensed, nothing is offered, held, booked, begun or completed', async () => {
  const begun = await started(graph, clinicId);
  const { patientId, intakeId } = await readyPatient(desk, clinicId);
  const [startsAt, next] = await freeTimes(desk, graph, clinicId);
  const holdId = await held(desk, clinicId, patientId, startsAt ?? '');
  const walkIn = await readyPatient(desk, clinicId);
  const request = { clinicId, ...walkIn, service: 'weight-loss', patientState: 'TX', modality: 'SYNC_VIDEO' };
  const booking = { input: { holdId, intakeId } };
  const waiting = await readyPatient(desk, clinicId);
  await desk.get(requestExamNow, { input: { ...request, ...waiting } });
  await graph.sql('revoke usage on schema physicians from goodfaith_physicians');

  const window = { from: graph.clock.now().toISOString(), to: new Date(graph.clock.now().getTime() + 7 * 86_400_000).toISOString() };
  const slots = await desk.ask(examSlots, { clinicId, service: 'weight-loss', patientState: 'TX', ...window });
  expect([slots.data, slots.errors[0]?.code]).toEqual([null, 'UNAVAILABLE']);
  expect(unknown((await desk.ask(holdSlot, { input: holdInput(clinicId, patientId, next ?? '') })).data.holdSlot)).toEqual([
    'RULE_BLOCKED',
    'UNKNOWN',
  ]);
  expect(unknown((await desk.ask(bookExam, booking)).data.bookExam)).toEqual(['RULE_BLOCKED', 'UNKNOWN']);
  expect(unknown((await desk.ask(requestExamNow, { input: request })).data.requestExamNow)).toEqual(['RULE_BLOCKED', 'UNKNOWN']);
  expect((await examiner.ask(claimNextExam)).data.claimNextExam.code).toBe('UNAVAILABLE');
  expect(unknown((await examiner.ask(completeExam, { input: approval(begun.examId) })).data.completeExam)).toEqual([
    'RULE_BLOCKED',
    'UNKNOWN',
  ]);

  await graph.sql('grant usage on schema physicians to goodfaith_physicians');
  const { bookExam: exam } = await desk.get(bookExam, booking);
  await graph.sql('revoke usage on schema physicians from goodfaith_physicians');
  const start = { input: { examId: exam.id, patientState: 'TX', identityVerifiedBy: 'GOVERNMENT_ID' } };
  expect(unknown((await examiner.ask(startExam, start)).data.startExam)).toEqual(['RULE_BLOCKED', 'UNKNOWN']);
  await graph.sql('grant usage on schema physicians to goodfaith_physicians');
  expect((await examiner.get(startExam, start)).startExam.status).toBe('IN_PROGRESS');
});
