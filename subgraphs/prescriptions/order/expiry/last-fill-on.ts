import { builder } from '../../builder.ts';
import { needIntact } from '../../document/intact.ts';
import { Order } from '../order.ts';
import { lastDayOf } from './last-day.ts';

builder.objectField(Order, 'lastFillOn', (t) =>
  t.field({
    type: 'Date',
    nullable: true,
    resolve: async (order, _args, ctx) => {
      await needIntact(ctx, order);
      return lastDayOf(order);
    },
    description:
      'The last day (UTC) on which it may be filled, settled at signing: its exam’s, or an earlier one that a rule on prescriptions sets. Past it the order is EXPIRED. Null of a draft.',
  }),
);
