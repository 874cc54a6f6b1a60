import { fromId } from '#kernel/ids.ts';
import { builder } from '../builder.ts';
import { DocumentTampered } from '../document/document-tampered.ts';
import { shipToOf } from './order-content.ts';

interface OrderShipTo {
  readonly postalCode: string;
}

const OrderShipToType = builder.objectRef<OrderShipTo>('OrderShipToFacts').implement({
  description: 'Where an order goes, as far as a label is held against it. For the pharmacies subgraph alone.',
  authScopes: { may: 'hand-off:receive' },
  fields: (t) => ({ postalCode: t.exposeString('postalCode', { description: 'ZIP or ZIP+4, as it was signed.' }) }),
});

builder.queryField('orderShipToFacts', (t) =>
  t.field({
    type: OrderShipToType,
    nullable: true,
    description:
      'For the pharmacies subgraph alone: where an order goes, asked when a label is held against it. Null of an order that is not there or whose document is not to be believed.',
    authScopes: { may: 'hand-off:receive' },
    args: { orderId: t.arg.id({ required: true, description: 'The order.' }) },
    resolve: async (_root, { orderId }, ctx): Promise<OrderShipTo | null> => {
      const order = await ctx.db.order.findUnique({ where: { id: fromId('order', orderId) } });
      if (order === null) return null;
      try {
        return { postalCode: shipToOf(order).postalCode };
      } catch (error) {
        if (error instanceof DocumentTampered) return null;
        throw error;
      }
    },
  }),
);
