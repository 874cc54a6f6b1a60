import { builder } from '../builder.ts';
import { PractitionerFacts } from './practitioner-facts.ts';
import { readPractitioners } from './read-practitioners.ts';

/** As many as one question may name. */
const MOST_NPIS = 200;

builder.queryField('practitionersByNpiFacts', (t) =>
  t.field({
    type: [PractitionerFacts],
    description:
      'For the other subgraphs: practitioners by their National Provider Identifiers, at most 200; those that nobody here has are left out.',
    authScopes: { may: 'authority-facts:read' },
    args: { npis: t.arg.stringList({ required: true, description: 'National Provider Identifiers.' }) },
    resolve: async (_root, { npis }, ctx) => {
      const rows = await ctx.db.practitioner.findMany({ where: { npi: { in: npis.slice(0, MOST_NPIS) } }, select: { id: true } });
      return [
        ...(
          await readPractitioners(
            ctx,
            rows.map(({ id }) => id),
          )
        ).values(),
      ];
    },
  }),
);
