import type { Order as OrderRow } from '#prisma/generated/prescriptions/client.ts';
import { nextFillFrom } from '#rules/order-refilling.ts';
import { builder } from '../../builder.ts';
import { needIntact } from '../../document/intact.ts';
import { Order } from '../order.ts';
import { shownStatus } from '../expiry/last-day.ts';
import type { OrderStatus } from '../order-status.ts';
import { filledTimes } from './refill-gate.ts';

// From these nothing goes on. A completed order does while fills are left.
const over: readonly OrderStatus[] = ['EXPIRED', 'CANCELLED', 'SUPERSEDED'];

function isFilledNoMore(order: OrderRow, at: Date): boolean {
  return over.includes(shownStatus(order, at));
}

builder.prismaObjectFields(Order, (t) => ({
  fill: t.exposeInt('fill', { description: 'Which fill it is at, from 1: the first is the one before any refill.' }),
  fillsRemaining: t.int({
    nullable: true,
    resolve: async (order, _args, ctx) => {
      await needIntact(ctx, order);
      return isFilledNoMore(order, ctx.now()) ? 0 : Math.max(0, order.refills + 1 - filledTimes(order));
    },
    description:
      'How many more times it may be filled, the one under way included. None once it is EXPIRED, CANCELLED or SUPERSEDED; what else ends it early is for `refillOrder` to say.',
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
