import { z } from 'zod';
import type { Order as OrderRow } from '#prisma/generated/prescriptions/client.ts';
import { audit } from '#kernel/audit.ts';
import { IllegalTransition, InvalidInput, NotFound, RuleBlocked, Unavailable } from '#kernel/errors.ts';
import { fromId, toId, tryId } from '#kernel/ids.ts';
import { builder, type Ctx } from '../builder.ts';
import { keptAs } from '../decided.ts';
import { DocumentTampered } from '../document/document-tampered.ts';
import { amend } from '../order/change/amend.ts';
import { askChanges } from '../order/change/order-changes-input.ts';
import { orderVisibleTo } from '../order/visible-to.ts';
import { RouteDecision } from './route-decision.ts';
import { type Route, weighRoutes } from './weigh-routes.ts';

const Input = builder.inputType('RouteOrderInput', {
  description: 'Which pharmacy is to fill an order.',
  fields: (t) => ({
    orderId: t.id({ required: true, description: 'The order: a draft, or signed and not under way.' }),
    formularyItemId: t.id({ required: true, description: 'The preparation, from `routeOptions`.' }),
    patientsPharmacyId: t.id({ description: 'The pharmacy that the patient asked for, if any.' }),
    reason: t.string({ description: 'Why this one, in words.' }),
  }),
  validate: z.object({ reason: z.string().max(500, 'A reason has at most 500 characters.').nullish() }).loose(),
});

// What the pharmacies were like when one of them was chosen: ids, figures and the rules that stood in the way.
function weighed(routes: readonly Route[]): object[] {
  return routes.map(({ decided: _decided, itemName: _item, pharmacyName: _name, reasons, ...route }) => ({
    ...route,
    reasons: reasons.map(({ id, outcome }) => ({ id, outcome })),
  }));
}

function chosenFrom(routes: readonly Route[], formularyItemId: string): Route {
  const chosen = routes.find((route) => route.formularyItemId === formularyItemId);
  if (chosen === undefined) {
    throw new InvalidInput([{ path: 'input.formularyItemId', message: 'is no preparation of `routeOptions` for this order' }]);
  }
  if (chosen.reasons.length > 0) throw new RuleBlocked(chosen.reasons);
  return chosen;
}

async function orderToRoute(ctx: Ctx, orderId: string): Promise<OrderRow> {
  const id = tryId('order', orderId);
  const where = { AND: [orderVisibleTo(ctx), { clinicId: { in: [...ctx.actor.places('order:draft')] } }] };
  const order = id === null ? null : await ctx.load<OrderRow>('order', id, where);
  if (order === null) throw new NotFound();
  if (order.status !== 'DRAFT' && order.status !== 'SIGNED') throw new IllegalTransition(order.status, 'SENT');
  return order;
}

builder.mutationField('routeOrder', (t) =>
  t.field({
    description:
      'Decides which pharmacy is to fill an order, and keeps among which. Whom a signed order does not name it cannot go to: then an amendment is drafted, which its prescriber signs and sends.',
    type: RouteDecision,
    authScopes: { may: 'order:draft' },
    args: { input: t.arg({ type: Input, required: true, description: 'The order and the pharmacy’s preparation.' }) },
    errors: { types: [DocumentTampered] },
    resolve: async (_root, args, ctx, info) => {
      const { input } = args;
      const seen = await orderToRoute(ctx, input.orderId);
      const routes = await weighRoutes(ctx, seen, input.patientsPharmacyId ?? null, 'input.patientsPharmacyId');
      if (routes === null) throw new Unavailable();
      const chosen = chosenFrom(routes, input.formularyItemId);
      if (!chosen.named && seen.status === 'DRAFT') {
        throw new InvalidInput([{ path: 'input.formularyItemId', message: 'A draft names its preparation: cancel it and draft another.' }]);
      }
      const changes = chosen.named ? null : await askChanges(ctx, seen, { formularyItemId: chosen.formularyItemId }, 'input');
      return ctx.write({ info, args, answer: 'routeDecision' }, async (tx) => {
        await tx.$queryRawUnsafe('select 1 from "order" where id = $1::uuid for update', seen.id);
        const order = await tx.order.findFirst({ where: { id: seen.id, clinicId: { in: [...ctx.actor.places('order:draft')] } } });
        if (order === null) throw new NotFound();
        if (order.status !== seen.status) throw new IllegalTransition(order.status, 'SENT');
        const amendment = changes === null ? null : await amend(tx, ctx, order, changes);
        const decision = await tx.routeDecision.create({
          data: {
            ...{ id: ctx.newId(), clinicId: order.clinicId, patientId: order.patientId, orderId: order.id },
            ...{ formularyItemId: fromId('formularyItem', chosen.formularyItemId), pharmacyId: fromId('pharmacy', chosen.pharmacyId) },
            ...{ patientsChoice: chosen.patientsChoice, reason: input.reason ?? null, options: weighed(routes) },
            ...{ amendmentId: amendment?.id ?? null, decidedBy: ctx.actor.sub, ...keptAs(chosen.decided) },
          },
        });
        await audit(tx, ctx, {
          ...{ action: 'order.routed', tenantId: order.clinicId, subjectKind: 'order', subjectId: order.id, patientId: order.patientId },
          detail: {
            ...{ pharmacyId: chosen.pharmacyId, formularyItemId: chosen.formularyItemId, rank: routes.indexOf(chosen) + 1 },
            amendment: amendment === null ? null : toId('order', amendment.id),
          },
        });
        return decision;
      });
    },
  }),
);
