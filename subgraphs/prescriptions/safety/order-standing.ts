import { fromId } from '#kernel/ids.ts';
import type { Order } from '#prisma/generated/prescriptions/client.ts';
import { builder } from '../builder.ts';
import { holdsOn } from './safety-hold.ts';

/** What a pharmacy's own steps ask of an order: where it stands and what is held, nothing of the patient. */
interface OrderStanding {
  readonly status: string;
  readonly holds: readonly string[];
}

const OrderStandingType = builder.objectRef<OrderStanding>('OrderStanding').implement({
  description: 'Where an order stands, for the pharmacies subgraph alone.',
  authScopes: { may: 'hand-off:receive' },
  fields: (t) => ({
    status: t.exposeString('status', { description: 'The order’s status.' }),
    holds: t.stringList({ resolve: ({ holds }) => [...holds], description: 'Reasons of the holds in force on it or on its patient.' }),
  }),
});

builder.queryField('orderStandingFacts', (t) =>
  t.field({
    type: OrderStandingType,
    nullable: true,
    description:
      'For the pharmacies subgraph alone: where an order stands and what is held, asked before anything is dispensed or shipped.',
    authScopes: { may: 'hand-off:receive' },
    args: { orderId: t.arg.id({ required: true, description: 'The order.' }) },
    resolve: async (_root, { orderId }, ctx): Promise<OrderStanding | null> => {
      const order: Pick<Order, 'id' | 'patientId' | 'status' | 'priorOrderId'> | null = await ctx.db.order.findUnique({
        where: { id: fromId('order', orderId) },
      });
      if (order === null) return null;
      const holds = await holdsOn(ctx.db, order);
      return { status: order.status, holds: holds.map(({ reason }) => reason) };
    },
  }),
);
