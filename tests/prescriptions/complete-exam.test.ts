import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Asker, testGraph, type TestGraph } from '../support/graph.ts';
import { approval, clinicOf, completeExam, started } from './exam-story.ts';

let graph: TestGraph;
let examiner: Asker;
let clinicId: string;
beforeAll(async () => {
  graph = await testGraph();
  examiner = await graph.as('examiner', { stepUp: true });
  clinicId = await clinicOf(await graph.as('front-desk'));
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

test('an approval freezes the record under its digest', async () => {
  const { examId } = await started(graph, clinicId);
  const { completeExam: exam } = await examiner.get(completeExam, { input: approval(examId) });
  expect(exam).toMatchObject({ id: examId, status: 'COMPLETED', outcome: 'APPROVED', services: ['weight-loss'], conditions: [] });
  expect(createHash('sha256').update(exam.record).digest('hex')).toBe(exam.digest);
});
