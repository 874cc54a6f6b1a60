import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestGraph, testGraph } from '../support/graph.ts';
import { type ControlledDesk, controlledDesk, openRules } from './controlled-desk.ts';

let graph: TestGraph;
let desk: ControlledDesk;
beforeAll(async () => {
  graph = await testGraph();
  desk = await controlledDesk(graph);
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

test('probe', async () => {
  const orderId = await desk.draftTestosterone();
  console.log(orderId, await openRules(desk, orderId), await desk.review(orderId));
});
