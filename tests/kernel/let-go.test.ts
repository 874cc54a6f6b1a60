import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { testGraph } from '../support/graph.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** What a graph that was asked something and stopped leaves behind, held by nothing of this test's. */
async function stoppedGraph(): Promise<WeakRef<object>[]> {
  await using graph = await testGraph();
  const manager = await graph.as('mso-manager');
  await manager.ask('{ __typename }');
  return Object.values(graph.running).map((subgraph) => new WeakRef(subgraph));
}

test('a stopped graph is let go of by everything that lives as long as the process', async () => {
  const left = await stoppedGraph();
  const alive = () => left.filter((subgraph) => subgraph.deref() !== undefined).length;
  for (let round = 0; round < 100 && alive() > 0; round += 1) {
    await sleep(20);
    collect();
  }
  expect(alive()).toBe(0);
});
