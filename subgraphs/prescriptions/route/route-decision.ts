import type { Order as OrderRow } from '#prisma/generated/prescriptions/client.ts';
import { toId } from '#kernel/ids.ts';
import { builder } from '../builder.ts';
import { Order } from '../order/order.ts';
import { orderVisibleTo } from '../order/visible-to.ts';
import { Pharmacy } from '../references.ts';

/** That somebody chose a pharmacy for an order. */
export const RouteDecision = builder.prismaObject('RouteDecision', {
  description: 'Which pharmacy was chosen for an order, by whom and among which. Kept as it was decided.',
  authScopes: { may: 'order:read' },
  fields: (t) => ({
    id: t.id({ resolve: ({ id }) => toId('routeDecision', id), description: 'Its id.' }),
    at: t.expose('at', { type: 'DateTime', description: 'When.' }),
    formularyItemId: t.id({ resolve: ({ formularyItemId }) => toId('formularyItem', formularyItemId), description: 'The preparation.' }),
    pharmacy: t.field({
      type: Pharmacy,
      nullable: true,
      resolve: ({ pharmacyId }) => ({ id: toId('pharmacy', pharmacyId) }),
      description: 'Who is to fill it.',
    }),
    patientsChoice: t.exposeBoolean('patientsChoice', { description: 'Whether the patient asked for it.' }),
    reason: t.exposeString('reason', { nullable: true, description: 'Why, in words.' }),
    options: t.field({
      type: 'JSON',
      resolve: ({ options }) => options,
      description: 'Every pharmacy that was weighed, in the order they stood in, as ids, figures and rules.',
    }),
    order: t.field({
      type: Order,
      nullable: true,
      resolve: ({ orderId }, _args, ctx) => ctx.load<OrderRow>('order', orderId, orderVisibleTo(ctx)),
      description: 'The order.',
    }),
    amendment: t.field({
      type: Order,
      nullable: true,
      resolve: ({ amendmentId }, _args, ctx) =>
        amendmentId === null ? null : ctx.load<OrderRow>('order', amendmentId, orderVisibleTo(ctx)),
      description: 'The amendment that was drafted, where the order names another pharmacy: it waits for its prescriber’s signature.',
    }),
  }),
});

builder.prismaObjectFields(Order, (t) => ({
  routeDecisions: t.field({
    type: [RouteDecision],
    nullable: true,
    authScopes: { may: 'order:read' },
    resolve: ({ id }, _args, ctx) =>
      ctx.db.routeDecision.findMany({
        where: { orderId: id, clinicId: { in: [...ctx.actor.places('order:read')] } },
        orderBy: [{ at: 'asc' }, { id: 'asc' }],
      }),
    description: 'Which pharmacies were chosen for it, oldest first.',
  }),
}));
