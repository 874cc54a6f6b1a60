import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Asker, type Data, testGraph, type TestGraph } from '../support/graph.ts';
import { austin, orderDesk } from './order-desk.ts';

let graph: TestGraph;
let prescriber: Asker;
let orderId: string;

beforeAll(async () => {
  graph = await testGraph();
  const desk = await orderDesk(graph, { services: ['weight-loss', 'hormone-therapy'] });
  prescriber = desk.prescriber;
  const { formulary } = await prescriber.get(
    'query ($clinicId: ID!) { formulary(clinicId: $clinicId, shipTo: TX, search: "testosterone", first: 20) { nodes { id name } } }',
    { clinicId: austin },
  );
  orderId = await desk.draft({ formularyItemId: formulary.nodes[0].id, sig: 'Inject 0.5 mL once a week', clinicalDifference: null });
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

/** What signing would be told at a moment, rule by rule. */
async function eligibilityAt(moment: string): Promise<Map<string, Data>> {
  graph.clock.set(new Date(moment));
  const { order } = await prescriber.get(
    'query ($id: ID!) { order(id: $id) { eligibility { decision evaluatedAt rules { id outcome message citation remedy version } } } }',
    { id: orderId },
  );
  expect(order.eligibility).toMatchObject({ decision: 'BLOCKED', evaluatedAt: expect.stringContaining(moment.slice(0, 10)) });
  return new Map(order.eligibility.rules.map((rule: Data) => [rule.id, rule]));
}

test('the federal telemedicine flexibility carries an order on its last day and not on the next, all else the same', async () => {
  const [lastDay, nextDay] = [await eligibilityAt('2026-12-31T18:00:00Z'), await eligibilityAt('2027-01-01T18:00:00Z')];
  expect(lastDay.get('US.controlled.telemedicine')).toMatchObject({ outcome: 'PASS', citation: expect.stringContaining('90 FR 61301') });
  expect(nextDay.get('US.controlled.telemedicine')).toMatchObject({
    outcome: 'UNKNOWN',
    message: 'No in-person evaluation is on record, and no telemedicine flexibility is known to hold on that date',
    remedy: 'Record an in-person evaluation, or load the rule that succeeds the flexibility.',
  });
  const moved = [...lastDay.keys()].filter((id) => lastDay.get(id)?.['outcome'] !== nextDay.get(id)?.['outcome']);
  expect([...nextDay.keys()]).toEqual([...lastDay.keys()]);
  expect(moved).toEqual(['US.controlled.telemedicine']);
});
