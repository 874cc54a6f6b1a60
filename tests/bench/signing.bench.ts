import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Desk, orderDesk } from '../prescriptions/order-desk.ts';
import { testGraph, type TestGraph } from '../support/graph.ts';
import { inTurns } from './command/in-turns.ts';

let graph: TestGraph;
let desk: Desk;
beforeAll(async () => {
  graph = await testGraph();
  desk = await orderDesk(graph);
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const sign = `mutation ($input: SignOrderInput!) { signOrder(input: $input) { __typename ... on Order { status } ... on Refusal { code message } } }`;

test('an order is signed', { timeout: 300_000 }, async () => {
  await inTurns(
    { name: 'sign', what: 'an order is signed: gates, facts of three neighbours, two signatures, audit', rounds: 40, warm: 15 },
    [
      {
        name: 'Goodfaith',
        prepare: () => desk.draft(),
        async round(_round, orderId: string) {
          const { signOrder } = await desk.prescriber.get(sign, { input: { orderId } });
          expect(signOrder).toEqual({ __typename: 'Order', status: 'SIGNED' });
        },
      },
    ],
  );
});
