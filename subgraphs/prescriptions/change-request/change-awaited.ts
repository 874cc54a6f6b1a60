import type { Order } from '#prisma/generated/prescriptions/client.ts';
import { tryId } from '#kernel/ids.ts';
import { builder, type Tx } from '../builder.ts';
import { Order as OrderType } from '../order/order.ts';

/** Whether an approved change of this order waits for its signature, for who sees drafts too: then nothing is dispensed on what is written now. */
export async function changeAwaited(db: Pick<Tx, 'changeRequest'>, { id, attempt }: Pick<Order, 'id' | 'attempt'>): Promise<boolean> {
  const approved = await db.changeRequest.findMany({
    where: { orderId: id, attempt, status: 'APPROVED' },
    select: { amendment: { select: { status: true } } },
  });
  // An amendment that was given up no longer stands in the way.
  return approved.some(({ amendment }) => amendment?.status !== 'CANCELLED');
}

builder.objectField(OrderType, 'changeAwaited', (t) =>
  t.boolean({
    nullable: true,
    authScopes: { may: 'order:read' },
    description: 'Whether its prescriber approved a change that is not signed yet: until then it is not dispensed. Empty for a pharmacy.',
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
      const order = id === null ? null : await ctx.db.order.findUnique({ where: { id }, select: { id: true, attempt: true } });
      return order === null ? null : changeAwaited(ctx.db, order);
    },
  }),
);
