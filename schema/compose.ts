import { composeServices } from '@theguild/federation-composition';
import { parse } from 'graphql';
import { type SubgraphName, subgraphNames } from '../subgraphs/kernel/names.ts';

/**
 * Composes the four subgraph schemas into the supergraph that the gateway plans with. The addresses in it
 * are names only: where a subgraph really is, the gateway knows from its environment.
 */
export function composeSupergraph(sdls: Readonly<Record<SubgraphName, string>>): string {
  const services = subgraphNames.map((name) => ({ name, typeDefs: parse(sdls[name]), url: `http://${name}/graphql` }));
  const { supergraphSdl, errors } = composeServices(services);
  if (supergraphSdl !== undefined) return supergraphSdl;
  throw new Error(`The four subgraphs do not compose:\n${errors.map((error) => `  ${error.message}`).join('\n')}`);
}
