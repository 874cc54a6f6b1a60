import { expect, test } from 'vitest';
import { testGraph } from '../support/graph.ts';
import { controlledDesk } from './controlled-desk.ts';
import { draftOrder } from './order-desk.ts';

test('refills beyond what the schedule allows are refused where the order is written down, by path, rule and remedy', async () => {
  await using graph = await testGraph();
  const desk = await controlledDesk(graph);
  const drafted = async (changes: object) =>
    (await desk.prescriber.ask(draftOrder, { input: { ...desk.input, ...desk.testosterone, ...changes } })).data?.draftOrder;
  const limit = '(US.controlled.refills-III).';
  expect(await drafted({ refills: 6 })).toEqual({
    ...{ __typename: 'InvalidInput', code: 'INVALID_INPUT', message: expect.any(String) },
    issues: [
      {
        path: 'input.refills',
        message: `What is in schedule III is refilled at most 5 times; the order has 6 ${limit} Order at most 5 refills.`,
      },
    ],
  });
  expect((await drafted({ refills: 5, daysSupply: 28 })).__typename).toBe('Order');
});
