import { fromId } from '#kernel/ids.ts';
import type { Order } from '#prisma/generated/prescriptions/client.ts';
import { builder } from '../builder.ts';
import { DocumentTampered } from '../document/document-tampered.ts';
import { lastDayOf, shownStatus } from '../order/expiry/last-day.ts';
import { documentOf } from '../order/order-content.ts';
import { holdsOn } from './safety-hold.ts';

/** What a pharmacy's own steps ask of an order: where it stands and what is held, nothing of the patient. */
interface OrderStanding {
  readonly status: string;
  readonly holds: readonly string[];
  readonly lastDay: string | null;
  readonly controlled: boolean | null;
}

const OrderStandingType = builder.objectRef<OrderStanding>('OrderStanding').implement({
  description: 'Where an order stands, for the pharmacies subgraph alone.',
  authScopes: { may: 'hand-off:receive' },
  fields: (t) => ({
    status: t.exposeString('status', { description: 'The order’s status.' }),
    holds: t.stringList({ resolve: ({ holds }) => [...holds], description: 'Reasons of the holds in force on it or on its patient.' }),
    lastDay: t.field({
      type: 'Date',
      nullable: true,
      resolve: ({ lastDay }) => lastDay,
      description: 'The last day (UTC) on which it may be filled.',
    }),
    controlled: t.boolean({
      nullable: true,
      resolve: ({ controlled }) => controlled,
      description: 'Whether it was signed as a controlled prescription; empty where the document is not to be believed.',
    }),
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
      const order: Order | null = await ctx.db.order.findUnique({
        where: { id: fromId('order', orderId) },
      });
      if (order === null) return null;
      const holds = await holdsOn(ctx.db, order);
      return {
        status: shownStatus(order, ctx.now()),
        holds: holds.map(({ reason }) => reason),
        lastDay: lastDayOf(order),
        controlled: isControlled(order),
      };
    },
  }),
);

function isControlled(order: Order): boolean | null {
  try {
    const document = documentOf(order);
    return document === null ? null : document.controlled !== null;
  } catch (error) {
    if (error instanceof DocumentTampered) return null;
    throw error;
  }
}
