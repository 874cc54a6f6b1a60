import type { Order as OrderRow } from '#prisma/generated/prescriptions/client.ts';
import { audit } from '#kernel/audit.ts';
import { IllegalTransition, NotFound } from '#kernel/errors.ts';
import { tryId } from '#kernel/ids.ts';
import { builder } from '../../builder.ts';
import { DocumentTampered } from '../../document/document-tampered.ts';
import { needIntact } from '../../document/intact.ts';
import { askAbout } from '../ask-about.ts';
import { lockChart } from '../chart.ts';
import { keepDecision } from '../decision.ts';
import { needUnexpired } from '../expiry/last-day.ts';
import { orderHandOff } from '../hand-off.ts';
import { tellChange } from '../order-changed.ts';
import { Order } from '../order.ts';
import { moveOrder } from '../timeline.ts';
import { orderVisibleTo } from '../visible-to.ts';
import { refillFact, requireRefill } from './refill-gate.ts';

const RefillOrderInput = builder.inputType('RefillOrderInput', {
  description: 'What is filled again.',
  fields: (t) => ({ orderId: t.id({ required: true, description: 'The completed order, with refills left.' }) }),
});

builder.mutationField('refillOrder', (t) =>
  t.field({
    description:
      'Sends a completed order to its pharmacy for its next fill, from `nextFillFrom` on. Every rule of signing and of sending is asked again with what is known now: the exam must still cover it.',
    type: Order,
    authScopes: { may: 'order:send' },
    args: { input: t.arg({ type: RefillOrderInput, required: true, description: 'What is filled again.' }) },
    errors: { types: [DocumentTampered] },
    resolve: async (_root, args, ctx, info) => {
      const id = tryId('order', args.input.orderId);
      const where = { AND: [orderVisibleTo(ctx), { clinicId: { in: [...ctx.actor.places('order:send')] } }] };
      const seen = id === null ? null : await ctx.load<OrderRow>('order', id, where);
      const told = seen === null ? null : await askAbout(ctx, seen);
      const sent = await ctx.write({ info, args, answer: 'order' }, async (tx) => {
        const chart = seen === null ? null : await lockChart(tx, seen);
        if (chart === null || told === null) throw new NotFound();
        const { order } = chart;
        needUnexpired(order, ctx.now());
        if (order.status !== 'COMPLETED') throw new IllegalTransition(order.status, 'SENT');
        await needIntact(ctx, order, tx);
        const at = ctx.now();
        const asked = requireRefill(chart, told, await refillFact(tx, order), at);

        const counted = { seq: order.sentSeq + 1, attempt: order.attempt + 1 };
        const fill = order.fill + 1;
        for (const decided of asked) await keepDecision(tx, ctx, order, 'REFILL', decided);
        await audit(tx, ctx, {
          ...{ action: 'order.refilled', tenantId: order.clinicId, subjectKind: 'order', subjectId: order.id, patientId: order.patientId },
          detail: { fill, pharmacyId: order.pharmacyId, ...counted },
        });
        const moved = await moveOrder(tx, ctx, order, {
          ...{ to: 'SENT', by: ctx.actor.name },
          set: { sentAt: at, attempt: counted.attempt, sentSeq: counted.seq, fill },
        });
        await ctx.handOff(tx, orderHandOff(moved, 'SEND', counted));
        await tellChange(tx, ctx, order, 'REFILLED');
        return moved;
      });
      // Delivery was tried when the write ended: the pharmacy may have answered already.
      return (await ctx.load<OrderRow>('order', sent.id, where)) ?? sent;
    },
  }),
);
