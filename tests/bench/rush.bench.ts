import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Asker, testGraph, type TestGraph } from '../support/graph.ts';
import { clinicOf, freeTimes, registered } from '../prescriptions/exam-story.ts';
import { claimed, holdOnce } from '../prescriptions/two-hundred-callers.ts';
import { figuresOf } from './command/figures.ts';
import { keep } from './command/in-turns.ts';

/** How long the rush lasts, in milliseconds. */
const LASTS_MS = 10_000;

let graph: TestGraph;
let desk: Asker;
let clinicId: string;
beforeAll(async () => {
  graph = await testGraph();
  desk = await graph.as('front-desk');
  clinicId = await clinicOf(desk);
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

test('two hundred callers on twenty times for ten seconds', { timeout: 300_000 }, async () => {
  const patients = await Promise.all(Array.from({ length: 20 }, () => registered(desk, clinicId)));
  const times = (await freeTimes(desk, graph, clinicId)).slice(0, 20);
  const kinds = new Map<string, number>();
  const took: number[] = [];
  const [began, before] = [performance.now(), process.cpuUsage()];
  // Nine minutes of business time pass in every second: holds run out under the callers, and the times are fought for again and again.
  const started = graph.clock.now().getTime();
  const caller = async (index: number): Promise<void> => {
    for (let round = index; performance.now() - began < LASTS_MS; round += 1) {
      graph.clock.set(new Date(started + (performance.now() - began) * 540));
      const from = performance.now();
      const told = await holdOnce(desk, clinicId, patients[round % 20] ?? '', times[(round * 7) % 20] ?? '');
      took.push(performance.now() - from);
      kinds.set(told.kind, (kinds.get(told.kind) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: 200 }, (_, index) => caller(index)));
  const wallMs = performance.now() - began;
  const { user, system } = process.cpuUsage(before);
  const measured = figuresOf('Goodfaith', { times: took, wallMs, cpuMs: (user + system) / 1000, firstRate: took.length / wallMs });
  keep({ name: 'rush', what: 'two hundred callers book twenty times for ten seconds', measured: [measured] });
  console.log(JSON.stringify([...kinds]));
  expect([...kinds.keys()].filter((kind) => !['SlotHold', 'SlotTaken'].includes(kind))).toEqual([]);
  expect((await claimed(graph)).overlapping).toBe(0);
});
