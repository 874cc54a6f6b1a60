import { afterAll, beforeAll, expect, test } from 'vitest';
import { placeTypeId } from '#prisma/seed/personas.ts';
import { twoHundredClinics } from '../clinics/two-hundred-clinics.ts';
import { testGraph, type TestGraph } from '../support/graph.ts';
import { inTurns } from './command/in-turns.ts';

let graph: TestGraph;
beforeAll(async () => {
  graph = await testGraph();
  await twoHundredClinics(graph);
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const readiness = (fields: string) => `query ($id: ID!) { mso(id: $id) { clinics(first: 200) { nodes { ${fields} } } } }`;

test('readiness of two hundred clinics', { timeout: 300_000 }, async () => {
  const manager = await graph.as('mso-manager');
  const asked = (name: string, fields: string) => ({
    name,
    async round() {
      const { mso } = await manager.get(readiness(fields), { id: placeTypeId('mso-a') });
      expect(mso.clinics.nodes).toHaveLength(200);
    },
  });
  await inTurns({ name: 'readiness', what: 'readiness of 200 clinics with six services each', rounds: 25, warm: 5 }, [
    asked('their names alone', 'name'),
    asked('status of every service', 'readiness { status services { code status } }'),
    asked('status and causes', 'readiness { status services { code status causes { ruleId leg } } }'),
    asked('status, causes and next', 'readiness { status services { code status causes { ruleId } next { on status } } }'),
  ]);
});
