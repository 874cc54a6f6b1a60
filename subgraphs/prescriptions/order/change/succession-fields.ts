import { builder } from '../../builder.ts';
import { Order } from '../order.ts';
import { orderVisibleTo } from '../visible-to.ts';

const PriorRelationEnum = builder.enumType('PriorRelation', {
  description: 'How an order takes the place of the one before: AMENDS makes it count no more, RENEWS follows one that has run its course.',
  values: ['AMENDS', 'RENEWS'] as const,
});

builder.prismaObjectFields(Order, (t) => ({
  supersedes: t.field({
    type: Order,
    nullable: true,
    resolve: (order, _args, ctx) =>
      order.priorOrderId === null ? null : ctx.load<typeof order>('order', order.priorOrderId, orderVisibleTo(ctx)),
    description:
      'The order whose place this one takes: FHIR’s `priorPrescription`. Empty where there is none, or none that the caller may see.',
  }),
  priorRelation: t.field({
    type: PriorRelationEnum,
    nullable: true,
    resolve: (order) => order.priorRelation as 'AMENDS' | 'RENEWS' | null,
    description: 'How it takes that place; null where it takes none.',
  }),
  supersededBy: t.field({
    type: Order,
    nullable: true,
    resolve: (order, _args, ctx) => {
      const successor = { priorOrderId: order.id, priorRelation: 'AMENDS', status: { notIn: ['DRAFT', 'CANCELLED'] } };
      return ctx.db.order.findFirst({ where: { AND: [successor, orderVisibleTo(ctx)] } });
    },
    description: 'The signed amendment that takes its place. Until its pharmacy has given this one back, `status` is CANCEL_REQUESTED.',
  }),
  successors: t.field({
    type: [Order],
    resolve: (order, _args, ctx) =>
      ctx.db.order.findMany({ where: { AND: [{ priorOrderId: order.id }, orderVisibleTo(ctx)] }, orderBy: { draftedAt: 'asc' } }),
    description: 'Every amendment and renewal that was drafted of it, oldest first, drafts and cancelled ones included.',
  }),
}));
