import { readFileSync } from 'node:fs';
import type { SubgraphName } from '#kernel/names.ts';
import { StartRefused } from '#prisma/start-refused.ts';

const textOf = (name: string) => readFileSync(new URL(`../schema/${name}.graphql`, import.meta.url), 'utf8');

/**
 * The composed graph as it was reviewed and committed. Where the subgraphs run beside it, theirs must be the schemas it
 * was composed from: a gateway that plans with yesterday's graph fails in ways that are hard to read.
 */
export function readSupergraph(sdls?: Readonly<Record<SubgraphName, string>>): string {
  for (const [name, sdl] of Object.entries(sdls ?? {})) {
    if (textOf(name).trimEnd() !== sdl.trimEnd())
      throw new StartRefused(`schema/${name}.graphql is not what the code says: run npm run schema.`);
  }
  return textOf('supergraph');
}
