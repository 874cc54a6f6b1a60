import { afterAll, beforeAll, expect, test } from 'vitest';
import { placeTypeId } from '#prisma/seed/personas.ts';
import { twoHundredClinics } from '../clinics/two-hundred-clinics.ts';
import { testGraph, type TestGraph } from '../support/graph.ts';

let graph: TestGraph;
beforeAll(async () => {
  graph = await testGraph();
  await twoHundredClinics(graph);
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const readiness = (fields: string) => `query ($id: ID!) { mso(id: $id) { clinics(first: 200) { nodes { ${fields} } } } }`;

test.each([
  ['nothing of readiness, for comparison', 'name'],
  ['status of every service', 'readiness { status services { code status } }'],
  ['status and causes', 'readiness { status services { code status causes { ruleId leg } } }'],
  ['status, causes and next', 'readiness { status services { code status causes { ruleId } next { on status } } }'],
])('two hundred clinics: %s', { timeout: 300_000 }, async (what, fields) => {
  const manager = await graph.as('mso-manager');
  const times: number[] = [];
  const work: number[] = [];
  for (let round = 0; round < 25; round += 1) {
    const began = performance.now();
    const before = process.cpuUsage();
    const { mso } = await manager.get(readiness(fields), { id: placeTypeId('mso-a') });
    times.push(performance.now() - began);
    const { user, system } = process.cpuUsage(before);
    work.push((user + system) / 1000);
    expect(mso.clinics.nodes).toHaveLength(200);
  }
  // The first rounds load and compile.
  const [settled, cpu] = [times, work].map((all) => all.slice(5).toSorted((a, b) => a - b)) as [number[], number[]];
  const line = `${what}: median ${settled[10]?.toFixed(0)} ms, fastest ${settled[0]?.toFixed(0)}, slowest ${settled.at(-1)?.toFixed(0)}; processor median ${cpu[10]?.toFixed(0)} ms`;
  console.log(line);
});
