import { writeFileSync } from 'node:fs';
import inspector from 'node:inspector/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { clinicOf, examSlots } from '../prescriptions/exam-story.ts';
import { examinersInTexas } from '../prescriptions/fifty-examiners.ts';
import { testGraph, type TestGraph } from '../support/graph.ts';
let graph: TestGraph;
beforeAll(async () => { graph = await testGraph(); await examinersInTexas(graph, 50); });
afterAll(async () => graph?.[Symbol.asyncDispose]());
test('p', { timeout: 300_000 }, async () => {
  const desk = await graph.as('front-desk');
  const clinicId = await clinicOf(desk);
  const [from, to] = [7, 14].map((days) => new Date(graph.clock.now().getTime() + days * 86_400_000).toISOString());
  const s = new inspector.Session(); s.connect();
  const work: number[] = [], times: number[] = [];
  for (let round = 0; round < 65; round += 1) {
    if (round === 15) { await s.post('Profiler.enable'); await s.post('Profiler.start'); }
    const before = process.cpuUsage(); const t0 = performance.now();
    const found = await desk.get(examSlots, { clinicId, service: 'weight-loss', patientState: 'TX', from, to, first: 20 });
    const { user, system } = process.cpuUsage(before); work.push((user + system) / 1000); times.push(performance.now() - t0);
    expect(found.examSlots.nodes).toHaveLength(20);
  }
  const { profile } = await s.post('Profiler.stop');
  writeFileSync('/tmp/booking-prof/rounds.cpuprofile', JSON.stringify(profile));
  console.log(`median cpu ${work.slice(15).toSorted((a, b) => a - b)[25]} wall ${times.slice(15).toSorted((a, b) => a - b)[25]} fastest ${Math.min(...times)}`);
});
