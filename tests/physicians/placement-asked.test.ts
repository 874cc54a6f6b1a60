import { afterAll, beforeAll, expect, test } from 'vitest';
import { placeTypeId } from '#prisma/seed/personas.ts';
import { type TestGraph, testGraph } from '../support/graph.ts';

let graph: TestGraph;
beforeAll(async () => {
  graph = await testGraph();
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const soon = new Date(Date.now() + 10 * 86_400_000).toISOString().slice(0, 10);
const today = new Date().toISOString().slice(0, 10);

test('through the gateway an officer is told who fits, by facts that only the service may read', async () => {
  const physician = await graph.as('prescriber', { stepUp: true });
  const published = await physician.ask(
    `mutation ($from: Date!) { publishAvailability(input: { status: OPEN, roles: [MEDICAL_DIRECTOR], states: [TX, CA], onSiteStates: [TX],
      mostClinics: 90, hoursPerMonth: 10, availableFrom: $from }) { __typename } }`,
    { from: today },
  );
  expect(published.data).toEqual({ publishAvailability: { __typename: 'DirectorAvailability' } });
  const officer = await graph.as('compliance', { stepUp: true });
  const asked = await officer.ask(
    `mutation ($clinicId: ID!, $startsOn: Date!) { requestPlacement(input: { clinicId: $clinicId, role: MEDICAL_DIRECTOR, states: [TX], services: ["weight-loss"],
      monthlyVolume: 10, onSite: NONE, prescribingModel: NOBODY, model: REMOTE, feeBasis: FIXED_MONTHLY, startsOn: $startsOn, promisedHours: 12 }) {
      ... on PlacementRequest { status clinic { name } candidates { in practitioner { displayName } reasons { id outcome } } } } }`,
    { clinicId: placeTypeId('austin'), startsOn: soon },
  );
  expect(asked.errors).toEqual([]);
  expect(asked.data?.requestPlacement).toMatchObject({
    status: 'OPEN',
    candidates: [{ in: true, practitioner: { displayName: expect.any(String) } }],
  });
  const manager = await graph.as('mso-manager');
  const facts = await manager.ask('query { placementRequests { nodes { status isLate candidates { in } } } }');
  expect(facts.errors.map(({ code }) => code)).toEqual(['FORBIDDEN']);
});
