/** The only file that knows all four subgraphs: it runs them, or one of them, in this process. */
import type { RawTx } from '#kernel/db.ts';
import { type SubgraphName, subgraphNames } from '#kernel/names.ts';
import { startSubgraph } from '#kernel/serve.ts';
import type { RunningSubgraph, SubgraphDefinition, SubgraphOptions } from '#kernel/subgraph.ts';

type Load = () => Promise<SubgraphDefinition>;

/** A subgraph's own client type stays inside it; from here on they are all alike. */
const definitionOf = <Tx extends RawTx>(definition: SubgraphDefinition<Tx>): SubgraphDefinition =>
  definition as unknown as SubgraphDefinition;

const loads: Record<SubgraphName, Load> = {
  clinics: async () => definitionOf((await import('../subgraphs/clinics/schema.ts')).clinics),
  physicians: async () => definitionOf((await import('../subgraphs/physicians/schema.ts')).physicians),
  prescriptions: async () => definitionOf((await import('../subgraphs/prescriptions/schema.ts')).prescriptions),
  pharmacies: async () => definitionOf((await import('../subgraphs/pharmacies/schema.ts')).pharmacies),
};

/** One subgraph's definition. The others are not loaded: a process of its own holds nothing of its neighbours. */
export function loadDefinition(name: SubgraphName): Promise<SubgraphDefinition> {
  return loads[name]();
}

/** All four, running. What is true of each alone comes from `optionsOf`. If one cannot start, none stays. */
export async function startInProcess(optionsOf: (name: SubgraphName) => SubgraphOptions): Promise<Record<SubgraphName, RunningSubgraph>> {
  const started = await Promise.allSettled(subgraphNames.map(async (name) => startSubgraph(await loadDefinition(name), optionsOf(name))));
  const running = started.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
  const failed = started.find((start) => start.status === 'rejected');
  if (!failed) return Object.fromEntries(running.map((subgraph) => [subgraph.name, subgraph])) as Record<SubgraphName, RunningSubgraph>;
  await Promise.all(running.map((subgraph) => subgraph.stop()));
  throw failed.reason;
}
