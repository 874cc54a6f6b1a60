import { PAGE_SIZE } from '#kernel/builder.ts';
import { toId, tryId } from '#kernel/ids.ts';
import { builder, type Ctx } from '../builder.ts';
import { Pharmacy } from '../pharmacy/pharmacy.ts';
import { Order, orderOf } from '../references.ts';
import { FulfillmentDecision } from './decision.ts';
import { type FulfillmentStatus, fulfillmentStatuses } from './fulfillment-status.ts';

export const FulfillmentStatusEnum = builder.enumType('FulfillmentStatus', {
  description: 'Where a pharmacy stands with an order it was sent.',
  values: fulfillmentStatuses,
});

/** A pharmacy sees what was sent to it, a clinic what was sent for its own patients. */
export function visibleTo(ctx: Ctx) {
  return {
    OR: [
      { pharmacyId: { in: [...ctx.actor.places('fulfillment:read')] } },
      { clinicId: { in: [...ctx.actor.places('fulfillment:track')] } },
    ],
  };
}

export const Fulfillment = builder.prismaObject('Fulfillment', {
  description: 'One sending of an order to a pharmacy, and what the pharmacy did with it.',
  directives: { key: { fields: 'id' } },
  authScopes: { may: ['fulfillment:read', 'fulfillment:track'] },
  extensions: {
    apollo: {
      subgraph: {
        resolveReference: ({ id }: { id: string }, ctx: Ctx) => {
          const uuid = tryId('fulfillment', id);
          return uuid === null ? null : ctx.load('fulfillment', uuid, visibleTo(ctx));
        },
      },
    },
  },
  fields: (t) => ({
    id: t.id({ resolve: (row) => toId('fulfillment', row.id), description: 'Id of the fulfillment.' }),
    status: t.field({ type: FulfillmentStatusEnum, resolve: (row) => row.status as FulfillmentStatus, description: 'Where it stands.' }),
    receivedAt: t.expose('receivedAt', { type: 'DateTime', description: 'When the order arrived.' }),
    claimedAt: t.expose('claimedAt', { type: 'DateTime', nullable: true, description: 'When the pharmacy took it.' }),
    dispensedAt: t.expose('dispensedAt', { type: 'DateTime', nullable: true, description: 'When it was dispensed.' }),
    shippedAt: t.expose('shippedAt', { type: 'DateTime', nullable: true, description: 'When it was shipped.' }),
    closedAt: t.expose('closedAt', { type: 'DateTime', nullable: true, description: 'When it was returned, rejected or withdrawn.' }),
    reason: t.exposeString('reason', { nullable: true, description: 'Why it was returned or rejected.' }),
    note: t.exposeString('note', { nullable: true, description: 'What the pharmacy added to the reason.' }),
    attempt: t.exposeInt('attempt', { description: 'Which sending of the order this is, from 1.' }),
    fill: t.exposeInt('fill', { description: 'Which fill of the order it is for, from 1.' }),
    pharmacy: t.relation('pharmacy', { description: 'The pharmacy it was sent to.' }),
    item: t.relation('item', { description: 'What is to be compounded.' }),
    lot: t.relation('lot', { nullable: true, description: 'The lot it was filled from.' }),
    order: t.field({
      type: Order,
      nullable: true,
      select: { orderId: true },
      resolve: (row) => orderOf(row.orderId),
      description: 'The order.',
    }),
    decisions: t.field({
      type: [FulfillmentDecision],
      nullable: true,
      authScopes: { may: 'order:verify' },
      select: (_args, ctx) => ({
        decisions: {
          where: { pharmacyId: { in: [...ctx.actor.places('order:verify')] } },
          orderBy: [{ at: 'asc' }, { id: 'asc' }],
        },
      }),
      resolve: (row) => row.decisions,
      description: 'What the gates answered, oldest first. For the pharmacy’s own pharmacists.',
    }),
  }),
});

builder.prismaObjectField(Pharmacy, 'fulfillments', (t) =>
  t.prismaConnection({
    description: 'The orders this pharmacy was sent, newest first. Only its own people see any.',
    type: Fulfillment,
    cursor: 'id',
    defaultSize: PAGE_SIZE.default,
    maxSize: PAGE_SIZE.max,
    authScopes: { may: 'fulfillment:read' },
    args: { status: t.arg({ type: [FulfillmentStatusEnum], description: 'Only those that stand so.' }) },
    resolve: (query, pharmacy, { status }, ctx) =>
      ctx.db.fulfillment.findMany({
        ...query,
        where: { AND: [visibleTo(ctx), { pharmacyId: pharmacy.id }, status ? { status: { in: status } } : {}] },
        orderBy: [{ receivedAt: 'desc' }, { id: 'desc' }],
      }),
  }),
);
