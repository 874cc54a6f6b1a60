import { afterAll, beforeAll, expect, test } from 'vitest';
import { claimRush } from '../pharmacies/claim-rush.ts';
import { supplyGraph, type SupplyGraph } from '../pharmacies/supply-graph.ts';
import { inTurns } from './command/in-turns.ts';

const ROUNDS = 1_000;

let graph: SupplyGraph;
beforeAll(async () => {
  graph = await supplyGraph();
});
afterAll(() => graph[Symbol.asyncDispose]());

test('a thousand orders, each claimed by forty at once, have a thousand claims', { timeout: 3_600_000 }, async () => {
  await inTurns({ name: 'claim', what: 'forty claim one order at once, twenty of them where it is', rounds: ROUNDS, warm: 0 }, [
    {
      name: 'Goodfaith, all forty',
      prepare: (round) => graph.arrived(10_000 + round),
      async round(round, orderId: string) {
        const { others, ...rush } = await claimRush(graph, orderId);
        expect(rush).toEqual({ secrets: 1, claims: 1, odd: [] });
        expect(['NotFound', 'Unavailable']).toEqual(expect.arrayContaining([...others]));
        if (round % 50 === 49) console.log(`${round + 1} of ${ROUNDS} rounds`);
      },
    },
  ]);
});
