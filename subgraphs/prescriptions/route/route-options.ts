import type { Order as OrderRow } from '#prisma/generated/prescriptions/client.ts';
import { NotFound, Unavailable } from '#kernel/errors.ts';
import { tryId } from '#kernel/ids.ts';
import { builder, graph } from '../builder.ts';
import { orderVisibleTo } from '../order/visible-to.ts';
import { Pharmacy } from '../references.ts';
import { type Route, weighRoutes } from './weigh-routes.ts';

const RouteOption = builder.objectRef<Route>('RouteOption').implement({
  description: 'A pharmacy that makes what an order is for, and whether and how it could fill it.',
  authScopes: { may: 'order:read' },
  fields: (t) => ({
    formularyItemId: t.exposeID('formularyItemId', { description: 'Its preparation.' }),
    itemName: t.exposeString('itemName', { description: 'How the pharmacy calls it.' }),
    pharmacy: t.field({ type: Pharmacy, nullable: true, resolve: ({ pharmacyId }) => ({ id: pharmacyId }), description: 'Who makes it.' }),
    pharmacyName: t.exposeString('pharmacyName', { description: 'Its name.' }),
    named: t.exposeBoolean('named', {
      description: 'Whether the order names it already. Any other is an amendment: a new version that its prescriber signs.',
    }),
    patientsChoice: t.exposeBoolean('patientsChoice', { description: 'Whether it is the pharmacy that the patient asked for.' }),
    accountApproved: t.exposeBoolean('accountApproved', { description: 'Whether it has approved an account of the clinic.' }),
    leadTimeDays: t.exposeInt('leadTimeDays', { nullable: true, description: 'Working days to shipment; empty when not recorded.' }),
    priceCents: t.exposeInt('priceCents', { nullable: true, description: 'Price of a pack in cents; empty when not recorded.' }),
    openOrders: t.exposeInt('openOrders', { description: 'How many orders it has and has not shipped.' }),
    gaveBack: t.exposeString('gaveBack', { nullable: true, description: 'That it gave this order back, and why.' }),
    reasons: t.field({
      type: [graph.RuleResult],
      resolve: ({ reasons }) => [...reasons],
      description: 'What stands in its way, with what would help; empty where it may fill the order.',
    }),
  }),
});

builder.queryField('routeOptions', (t) =>
  t.field({
    description:
      'The pharmacies that make what an order is for: first those that may fill it, whom the patient chose ahead, then by account, lead time, price and load; after them the others, each with the reasons why not. Nothing is changed by asking.',
    type: [RouteOption],
    nullable: true,
    authScopes: { may: 'order:read' },
    args: {
      orderId: t.arg.id({ required: true, description: 'The order.' }),
      patientsPharmacyId: t.arg.id({ description: 'The pharmacy that the patient asked for, if any.' }),
    },
    resolve: async (_root, { orderId, patientsPharmacyId }, ctx) => {
      const id = tryId('order', orderId);
      const where = { AND: [orderVisibleTo(ctx), { clinicId: { in: [...ctx.actor.places('order:read')] } }] };
      const order = id === null ? null : await ctx.load<OrderRow>('order', id, where);
      if (order === null) throw new NotFound();
      const routes = await weighRoutes(ctx, order, patientsPharmacyId ?? null, 'patientsPharmacyId');
      if (routes === null) throw new Unavailable();
      return routes;
    },
  }),
);
