import type { Order as OrderRow } from '#prisma/generated/prescriptions/client.ts';
import { audit } from '#kernel/audit.ts';
import { IllegalTransition, NotFound, RuleBlocked } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { notKnown } from '#rules/results.ts';
import { builder, type Ctx, type Tx } from '../builder.ts';
import { keepCancelled } from '../document/cancelled-document.ts';
import { isOver } from './expiry/last-day.ts';
import { orderHandOff } from './hand-off.ts';
import { tellChange } from './order-changed.ts';
import { Order } from './order.ts';
import { moveOrder } from './timeline.ts';
import { orderVisibleTo } from './visible-to.ts';

const OrderCancelReason = builder.enumType('OrderCancelReason', {
  description: 'Why an order is cancelled.',
  values: ['PRESCRIBER_CHANGED_PLAN', 'PATIENT_REQUEST'] as const,
});

const CancelOrderInput = builder.inputType('CancelOrderInput', {
  description: 'What is cancelled, and why.',
  fields: (t) => ({
    orderId: t.id({ required: true, description: 'The order.' }),
    reason: t.field({ type: OrderCancelReason, required: true, description: 'Why.' }),
  }),
});

builder.mutationField('cancelOrder', (t) =>
  t.field({
    description:
      'Cancels an order. One that was sent is asked back from its pharmacy first and is CANCEL_REQUESTED until that answers: what is dispensed cannot be cancelled. Nor is an amendment while its pharmacy is asked for the order before it.',
    type: Order,
    authScopes: { may: 'order:cancel' },
    args: { input: t.arg({ type: CancelOrderInput, required: true, description: 'What is cancelled, and why.' }) },
    errors: {},
    resolve: async (_root, args, ctx, info) => {
      const where = { AND: [orderVisibleTo(ctx), { clinicId: { in: [...ctx.actor.places('order:cancel')] } }] };
      const cancelled = await ctx.write({ info, args, answer: 'order' }, async (tx) => {
        const id = fromId('order', args.input.orderId);
        await tx.$queryRawUnsafe('select 1 from "order" where id = $1::uuid for update', id);
        const order = await tx.order.findFirst({ where: { AND: [{ id }, where] } });
        if (order === null) throw new NotFound();
        return cancel(tx, ctx, order, args.input.reason);
      });
      // Delivery was tried when the write ended: the pharmacy may have answered already.
      return (await ctx.load<OrderRow>('order', cancelled.id, where)) ?? cancelled;
    },
  }),
);

async function cancel(tx: Tx, ctx: Ctx, order: OrderRow, reason: string): Promise<OrderRow> {
  const entry = { tenantId: order.clinicId, subjectKind: 'order', subjectId: order.id, patientId: order.patientId } as const;
  const by = ctx.actor.name;
  if (isOver(order, ctx.now())) throw new IllegalTransition('EXPIRED', 'CANCELLED');
  if (order.status === 'DRAFT' || order.status === 'SIGNED') {
    await needAnswered(tx, order);
    await keepCancelled(tx, ctx, order);
    await audit(tx, ctx, { action: 'order.cancelled', ...entry, detail: { was: order.status, reason } });
    // Of a draft nobody was ever told.
    if (order.status === 'SIGNED') await tellChange(tx, ctx, order, 'CANCELLED');
    return moveOrder(tx, ctx, order, { to: 'CANCELLED', by, reason });
  }
  if (order.status !== 'SENT') throw new IllegalTransition(order.status, 'CANCELLED');
  const counted = { seq: order.sentSeq + 1, attempt: order.attempt };
  await audit(tx, ctx, { action: 'order.cancel-requested', ...entry, detail: { reason, ...counted } });
  const moved = await moveOrder(tx, ctx, order, { to: 'CANCEL_REQUESTED', by, reason, set: { sentSeq: counted.seq } });
  await ctx.handOff(tx, orderHandOff(order, 'WITHDRAW', counted));
  return moved;
}

/** While a pharmacy is asked for the order that one amends, its answer says which of the two stands: cancelling the amendment now would cancel both. */
async function needAnswered(tx: Tx, { status, priorOrderId, priorRelation }: OrderRow): Promise<void> {
  if (status !== 'SIGNED' || priorOrderId === null || priorRelation !== 'AMENDS') return;
  const prior = await tx.order.findFirst({ where: { id: priorOrderId }, select: { status: true } });
  if (prior?.status !== 'CANCEL_REQUESTED') return;
  const message = 'The pharmacy has not answered yet whether it gives back the order this one amends';
  const remedy = 'Wait for its answer: given back, cancel this order; kept, this one is cancelled and the one before stands.';
  throw new RuleBlocked([notKnown('order.replaces', message, remedy)]);
}
