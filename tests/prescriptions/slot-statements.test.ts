import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Asker, type Data, testGraph, type TestGraph } from '../support/graph.ts';
import { sentBy } from '../support/statements.ts';
import { clinicOf, examSlots } from './exam-story.ts';
import { examinersInTexas } from './fifty-examiners.ts';

let graph: TestGraph;
let desk: Asker;
let clinicId: string;
beforeAll(async () => {
  graph = await testGraph();
  desk = await graph.as('front-desk');
  clinicId = await clinicOf(desk);
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

/** A page of a week's slots, and the statements over our own tables that it took. */
async function week(): Promise<{ examiners: number; statements: number }> {
  const [from, to] = [7, 14].map((days) => new Date(graph.clock.now().getTime() + days * 86_400_000).toISOString());
  const input = { clinicId, service: 'weight-loss', patientState: 'TX', from, to, first: 200 };
  let nodes: Data[] = [];
  const texts = await sentBy(async () => {
    ({ nodes } = (await desk.get(examSlots, input)).examSlots);
  });
  return {
    examiners: new Set(nodes.map((slot) => slot.examiner.id)).size,
    statements: texts.filter((text) => /prescriptions_slots|"(prescriptions|physicians|clinics|pharmacies)"\./.test(text)).length,
  };
}

test('a week of slots takes as many statements for fifty examiners as for two', async () => {
  await examinersInTexas(graph, 2);
  const few = await week();
  await examinersInTexas(graph, 50);
  const many = await week();
  expect([few.examiners, many.examiners]).toEqual([2, 50]);
  expect(few.statements).toBeGreaterThan(0);
  expect(many.statements).toBe(few.statements);
});
