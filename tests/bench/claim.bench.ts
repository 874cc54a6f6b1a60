import { afterAll, beforeAll, expect, test } from 'vitest';
import { claimRush } from '../pharmacies/claim-rush.ts';
import { supplyGraph, type SupplyGraph } from '../pharmacies/supply-graph.ts';

const ROUNDS = 1_000;

let graph: SupplyGraph;
beforeAll(async () => {
  graph = await supplyGraph();
});
afterAll(() => graph[Symbol.asyncDispose]());

test('a thousand orders, each claimed by forty at once, have a thousand claims', { timeout: 3_600_000 }, async () => {
  const began = performance.now();
  for (let round = 1; round <= ROUNDS; round += 1) {
    const { others, ...rush } = await claimRush(graph, await graph.arrived(10_000 + round));
    expect(rush).toEqual({ secrets: 1, claims: 1, odd: [] });
    expect(['NotFound', 'Unavailable']).toEqual(expect.arrayContaining([...others]));
    if (round % 50 === 0) console.log(`${round} of ${ROUNDS} rounds`);
  }
  console.log(`${ROUNDS} rounds of 40 claims in ${((performance.now() - began) / 1000).toFixed(0)} s`);
});
