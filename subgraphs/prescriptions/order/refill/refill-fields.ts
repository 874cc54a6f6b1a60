import { nextFillFrom } from '#rules/order-refilling.ts';
import { builder } from '../../builder.ts';
import { needIntact } from '../../document/intact.ts';
import { Order } from '../order.ts';
import { shownStatus } from '../expiry/last-day.ts';
import { filledTimes } from './refill-gate.ts';

builder.prismaObjectFields(Order, (t) => ({
  fill: t.exposeInt('fill', { description: 'Which fill it is at, from 1: the first is the one before any refill.' }),
  fillsRemaining: t.int({
    nullable: true,
    resolve: async (order, _args, ctx) => {
      await needIntact(ctx, order);
      return shownStatus(order, ctx.now()) === 'EXPIRED' ? 0 : Math.max(0, order.refills + 1 - filledTimes(order));
    },
    description:
      'How many more times it may be filled, the one under way included. None once it is EXPIRED; what else ends it early is for `refillOrder` to say.',
  }),
  nextFillFrom: t.field({
    type: 'Date',
    nullable: true,
    resolve: async (order, _args, ctx) => {
      await needIntact(ctx, order);
      return shownStatus(order, ctx.now()) === 'COMPLETED' && filledTimes(order) <= order.refills
        ? nextFillFrom(order.statusSince.toISOString().slice(0, 10), order.daysSupply)
        : null;
    },
    description:
      'The first day on which `refillOrder` lets it go out again: a quarter of its days before the last supply ends, at most seven. Null while nothing is to be refilled.',
  }),
}));
