import { afterAll, beforeAll, expect, test } from 'vitest';
import { clinicOf, examSlots } from '../prescriptions/exam-story.ts';
import { examinersInTexas } from '../prescriptions/fifty-examiners.ts';
import { testGraph, type TestGraph } from '../support/graph.ts';

let graph: TestGraph;
beforeAll(async () => {
  graph = await testGraph();
  await examinersInTexas(graph, 50);
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

test.each([20, 200])('a week of slots over fifty examiners, a page of %i', { timeout: 300_000 }, async (first) => {
  const desk = await graph.as('front-desk');
  const clinicId = await clinicOf(desk);
  const [from, to] = [7, 14].map((days) => new Date(graph.clock.now().getTime() + days * 86_400_000).toISOString());
  const [times, work]: [number[], number[]] = [[], []];
  for (let round = 0; round < 45; round += 1) {
    const [began, before] = [performance.now(), process.cpuUsage()];
    const found = await desk.get(examSlots, { clinicId, service: 'weight-loss', patientState: 'TX', from, to, first });
    times.push(performance.now() - began);
    const { user, system } = process.cpuUsage(before);
    work.push((user + system) / 1000);
    expect(found.examSlots.nodes).toHaveLength(first);
  }
  // The first rounds load and compile.
  const [settled, cpu] = [times, work].map((all) => all.slice(15).toSorted((a, b) => a - b)) as [number[], number[]];
  console.log(
    `page of ${first}: median ${settled[15]?.toFixed(0)} ms, fastest ${settled[0]?.toFixed(0)}, slowest ${settled.at(-1)?.toFixed(0)}; processor median ${cpu[15]?.toFixed(0)} ms`,
  );
});
