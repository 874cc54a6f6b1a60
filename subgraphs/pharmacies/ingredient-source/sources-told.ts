import DataLoader from 'dataloader';
import type { IngredientSourceFact } from '#rules/substance-conditions.ts';
import { builder, type Ctx } from '../builder.ts';
import { type MadeOf, sourcesOf } from './standing-sources.ts';

/** A material, for gates elsewhere. */
export const SourceFacts = builder.objectRef<IngredientSourceFact>('IngredientSourceFacts').implement({
  description: 'A material that a pharmacy stands by today, for the other subgraphs.',
  authScopes: { may: 'supply-facts:read' },
  fields: (t) => ({
    name: t.string({ resolve: (row) => row.name ?? '', description: 'The ingredient.' }),
    unii: t.string({ nullable: true, resolve: (row) => row.unii, description: 'FDA substance identifier.' }),
    supplier: t.string({ resolve: (row) => row.supplier ?? '', description: 'Whose it is.' }),
    grade: t.string({ resolve: (row) => row.grade ?? '', description: 'USP, NF, PHARMACEUTICAL, DIETARY, FOOD or TECHNICAL.' }),
    sterileSuitable: t.boolean({
      resolve: (row) => row.sterileSuitable ?? false,
      description: 'Whether it is suitable for sterile compounding.',
    }),
    certificate: t.string({ resolve: (row) => row.certificate ?? 'none', description: 'Its certificate of analysis, or `none`.' }),
    goodUntil: t.string({ resolve: (row) => row.goodUntil ?? '', description: 'The last day, YYYY-MM-DD.' }),
  }),
});

const loaders = new WeakMap<Ctx, DataLoader<MadeOf, IngredientSourceFact[] | null>>();

/** The materials behind a formula; the formulas of one answer share one statement. Null where no rule asks for them. */
export function tellSources(ctx: Ctx, formula: MadeOf): Promise<IngredientSourceFact[] | null> {
  const loader = loaders.get(ctx) ?? new DataLoader((all: readonly MadeOf[]) => sourcesOf(ctx.db, all, ctx.now()), { cache: false });
  loaders.set(ctx, loader);
  return loader.load(formula);
}
