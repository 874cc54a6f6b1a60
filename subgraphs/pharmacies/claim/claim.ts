import { toId, tryId } from '#kernel/ids.ts';
import { builder, type Ctx } from '../builder.ts';
import { claimSecret } from './claim-secret.ts';

/** A claim is the business of the pharmacy that made it. */
export function visibleTo(ctx: Ctx) {
  return { pharmacyId: { in: [...ctx.actor.places('order:claim')] } };
}

export const Claim = builder.prismaObject('Claim', {
  description: 'A pharmacy’s exclusive hold on an order.',
  directives: { key: { fields: 'id' } },
  authScopes: { may: 'order:claim' },
  extensions: {
    apollo: {
      subgraph: {
        resolveReference: ({ id }: { id: string }, ctx: Ctx) => {
          const uuid = tryId('claim', id);
          return uuid === null ? null : ctx.load('claim', uuid, visibleTo(ctx));
        },
      },
    },
  },
  fields: (t) => ({
    id: t.id({ resolve: (row) => toId('claim', row.id), description: 'Id of the claim.' }),
    secret: t.string({
      select: { fulfillmentId: true, pharmacyId: true, generation: true },
      resolve: (row, _args, ctx) => claimSecret(ctx, row),
      description: 'What every later step must carry. Claiming again gives the same one.',
    }),
    claimedAt: t.expose('claimedAt', { type: 'DateTime', description: 'When it was claimed.' }),
    endedAt: t.expose('endedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it ended: returned, rejected, withdrawn or run out.',
    }),
    endsAt: t.expose('endsAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'When the order goes back to its clinic unless it is dispensed, as the pharmacy’s term was when it claimed. Empty of claims from before there was one.',
    }),
    fulfillment: t.relation('fulfillment', { description: 'What was claimed.' }),
  }),
});
