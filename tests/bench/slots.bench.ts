import { afterAll, beforeAll, expect, test } from 'vitest';
import { clinicOf, examSlots } from '../prescriptions/exam-story.ts';
import { examinersInTexas } from '../prescriptions/fifty-examiners.ts';
import { testGraph, type TestGraph } from '../support/graph.ts';
import { inTurns } from './command/in-turns.ts';

let graph: TestGraph;
beforeAll(async () => {
  graph = await testGraph();
  await examinersInTexas(graph, 50);
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

test('a week of slots over fifty examiners', { timeout: 300_000 }, async () => {
  const desk = await graph.as('front-desk');
  const clinicId = await clinicOf(desk);
  const [from, to] = [7, 14].map((days) => new Date(graph.clock.now().getTime() + days * 86_400_000).toISOString());
  const page = (first: number) => ({
    name: `a page of ${first}`,
    async round() {
      const found = await desk.get(examSlots, { clinicId, service: 'weight-loss', patientState: 'TX', from, to, first });
      expect(found.examSlots.nodes).toHaveLength(first);
    },
  });
  await inTurns({ name: 'slots', what: 'slots of a week over fifty examiners', rounds: 40, warm: 15 }, [page(20), page(200)]);
});
