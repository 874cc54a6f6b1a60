import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromId } from '#kernel/ids.ts';
import { testGraph, type TestGraph } from '../support/graph.ts';
import { orderDesk, sendOrder } from './order-desk.ts';

let graph: TestGraph;
beforeAll(async () => {
  graph = await testGraph();
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

test.each([
  ['on its last day', 0, { __typename: 'Order', status: 'SENT' }],
  ['the day after', 1, { __typename: 'IllegalTransition', code: 'ILLEGAL_TRANSITION', from: 'EXPIRED', to: 'SENT' }],
])('a signed order goes out until the last day of its exam is over: %s', async (_when, daysAgo, answer) => {
  const desk = await orderDesk(graph);
  const orderId = await desk.signed();
  const until = new Date(graph.clock.now().getTime() - daysAgo * 86_400_000).toISOString().slice(0, 10);
  await graph.sql('alter table prescriptions.good_faith_exam disable trigger all');
  await graph.sql('update prescriptions.good_faith_exam set valid_until = $2 where id = $1', [fromId('exam', desk.examId), until]);
  await graph.sql('alter table prescriptions.good_faith_exam enable trigger all');
  expect((await desk.prescriber.ask(sendOrder, { input: { orderId } })).data.sendOrder).toMatchObject(answer);
});
