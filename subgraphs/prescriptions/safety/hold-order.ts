import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { IllegalTransition, NotFound } from '#kernel/errors.ts';
import { fromId, toId } from '#kernel/ids.ts';
import { builder } from '../builder.ts';
import { tellChange } from '../order/order-changed.ts';
import { Order } from '../order/order.ts';
import { orderVisibleTo } from '../order/visible-to.ts';
import { needUnexpired } from '../order/expiry/last-day.ts';
import { tellHolds } from './tell-holds.ts';
import { OrderHoldReason } from './hold-reasons.ts';

const HoldOrderInput = builder.inputType('HoldOrderInput', {
  description: 'An order that is not to go on for now.',
  fields: (t) => ({
    orderId: t.id({ required: true, description: 'The order: drafted, signed, sent, or completed with refills left.' }),
    reason: t.field({ type: OrderHoldReason, required: true, description: 'Why.' }),
    note: t.string({ required: true, description: 'What whoever releases it must know: 1 to 2,000 characters.' }),
  }),
  validate: z.looseObject({ note: z.string().trim().min(1, 'The note is missing.').max(2_000, 'A note has at most 2,000 characters.') }),
});

/** Of these nothing more happens, so nothing is held. */
const over = ['CANCELLED', 'SUPERSEDED', 'EXPIRED'];

builder.mutationField('holdOrder', (t) =>
  t.field({
    description:
      'Holds an order: until it is released nobody signs, sends or refills it, and its pharmacy neither claims, dispenses nor ships it from this answer on. What amends or renews it is held with it. By a prescriber or a medical director of the clinic.',
    type: Order,
    authScopes: { may: 'order:hold' },
    args: { input: t.arg({ type: HoldOrderInput, required: true, description: 'The order and why.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'order' }, async (tx) => {
        const id = fromId('order', args.input.orderId);
        const where = { AND: [{ id }, orderVisibleTo(ctx), { clinicId: { in: [...ctx.actor.places('order:hold')] } }] };
        const order = await tx.order.findFirst({ where });
        if (order === null) throw new NotFound();
        needUnexpired(order, ctx.now());
        if (over.includes(order.status)) throw new IllegalTransition(order.status, 'HELD');
        const { clinicId, patientId } = order;
        const { reason } = args.input;
        const hold = await tx.safetyHold.create({
          data: {
            ...{ id: ctx.newId(), clinicId, patientId, orderId: id, reason, note: args.input.note.trim() },
            ...{ placedAt: ctx.now(), placedBy: ctx.actor.sub },
          },
        });
        await tellHolds(tx, ctx, patientId, [id]);
        await tellChange(tx, ctx, order, 'HELD');
        await audit(tx, ctx, {
          ...{ action: 'order.held', tenantId: clinicId, subjectKind: 'order', subjectId: id, patientId },
          detail: { reason, hold: toId('safetyHold', hold.id), status: order.status },
        });
        return order;
      }),
  }),
);
