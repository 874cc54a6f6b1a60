import { coverageOf, type StateCoverage } from '#rules/coverage.ts';
import { stateKeys } from '#rules/definitions.ts';
import { jurisdictions } from '#rules/packs.ts';
import { attestationsOf, standingFor, suspended } from '../attestation/entity-attestations.ts';
import { builder } from '../builder.ts';
import { dayText } from '../business-day.ts';
import { jurisdictionAsked, releaseKnown } from './release-asked.ts';

const RuleCoverage = builder.objectRef<StateCoverage>('RuleCoverage').implement({
  description: 'How much of what is asked of every state is known for one of them, today.',
  authScopes: { may: 'rule:read' },
  fields: (t) => ({
    jurisdiction: t.exposeString('code', { description: 'State code.' }),
    name: t.exposeString('name', { description: 'The state’s name.' }),
    questions: t.exposeInt('asked', { description: 'How many questions are asked of a state.' }),
    verified: t.exposeInt('verified', { description: 'Of those: answered, and read in the cited source.' }),
    known: t.exposeInt('known', { description: 'Answered from general knowledge; no source was opened.' }),
    uncertain: t.exposeInt('uncertain', { description: 'Answered, but sources disagree: counts only once attested.' }),
    unknown: t.exposeInt('unknown', { description: 'Open: blocks until an entity sets a value.' }),
    toConfirm: t.exposeInt('toConfirm', {
      description: 'Of what gates ask there: how many rules an entity must confirm before they answer.',
    }),
    toSet: t.exposeInt('toSet', { description: 'Of what gates ask there: how many rules an entity must set a value for.' }),
    attested: t.int({
      nullable: true,
      description:
        'How many of the questions this entity’s attestations answer or confirm now, suspended ones left out. Null for whoever may not read them.',
      args: { entityId: t.arg.id({ required: true, description: 'The professional entity.' }) },
      resolve: async ({ code }, { entityId }, ctx) => {
        const rows = await attestationsOf(ctx, entityId);
        if (rows === null) return null;
        const now = ctx.now();
        return stateKeys.filter((key) => {
          const row = standingFor(rows, { id: `${code}.${key}`, jurisdiction: code }, now.toISOString());
          return row !== null && !suspended(row, now);
        }).length;
      },
    }),
  }),
});

builder.queryField('ruleCoverage', (t) =>
  t.field({
    type: [RuleCoverage],
    description: 'How much is known, state by state. Empty for US, of which no fixed questions are asked.',
    authScopes: { may: 'rule:read' },
    args: { jurisdiction: t.arg.string({ description: 'State code; all states when left out.' }) },
    resolve: (_root, { jurisdiction }, ctx) => {
      const place = jurisdictionAsked(jurisdiction);
      const states = jurisdictions.filter(({ code }) => place === null || code === place);
      return [...coverageOf(releaseKnown(ctx, null), dayText(ctx.now()), states).states];
    },
  }),
);
