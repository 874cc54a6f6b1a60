import { tryId } from '#kernel/ids.ts';
import { builder } from '../builder.ts';
import { changeAwaited } from '../order/change/change-asked.ts';
import { Order as OrderType } from '../order/order.ts';

builder.objectField(OrderType, 'changeAwaited', (t) =>
  t.boolean({
    nullable: true,
    authScopes: { may: 'order:read' },
    description:
      'Whether its prescriber approved a change that is not signed yet: until then it is neither sent nor dispensed. Empty for a pharmacy.',
    resolve: (order, _args, ctx) => (ctx.actor.places('order:read').includes(order.clinicId) ? changeAwaited(ctx.db, order) : null),
  }),
);

builder.queryField('changeAwaited', (t) =>
  t.boolean({
    nullable: true,
    description:
      'For the pharmacies subgraph: whether an approved change of an order waits for its signature. The draft itself is no pharmacy’s to see. Empty for an unknown order.',
    authScopes: { may: 'hand-off:receive' },
    args: { orderId: t.arg.id({ required: true, description: 'The order.' }) },
    resolve: async (_root, args, ctx) => {
      const id = tryId('order', args.orderId);
      const order = id === null ? null : await ctx.db.order.findUnique({ where: { id }, select: { id: true } });
      return order === null ? null : changeAwaited(ctx.db, order);
    },
  }),
);
