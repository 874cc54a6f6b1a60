import { afterAll, beforeAll, expect, test } from 'vitest';
import { practitionerId } from '#prisma/seed/people.ts';
import { placeTypeId } from '#prisma/seed/personas.ts';
import { type Asker, type TestGraph, testGraph } from '../support/graph.ts';

let graph: TestGraph;
let director: Asker;
beforeAll(async () => {
  graph = await testGraph();
  await graph.sql(`delete from clinics.service_offering where code <> 'weight-loss'`);
  director = await graph.as('director');
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

test('a medical director directs under a physician’s licence, and no other', async () => {
  const blockers = async () => {
    const { clinic } = await director.get('query ($id: ID!) { clinic(id: $id) { readiness { services { blockers { ruleId } } } } }', {
      id: placeTypeId('austin'),
    });
    return clinic.readiness.services[0].blockers.map(({ ruleId }: { ruleId: string }) => ruleId);
  };
  expect(await blockers()).toEqual([]);
  const own = practitionerId('director');
  await graph.sql(`update physicians.license set type = 'REGISTERED_NURSE' where practitioner_id = $1 and state = 'TX'`, [own]);
  // Who may not direct signs for no protocol either.
  expect(await blockers()).toEqual(['licence.director', 'protocol.inForce']);
});
