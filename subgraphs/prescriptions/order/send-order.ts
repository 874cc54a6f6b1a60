import type { Order as OrderRow } from '#prisma/generated/prescriptions/client.ts';
import { audit } from '#kernel/audit.ts';
import { IllegalTransition, NotFound } from '#kernel/errors.ts';
import { tryId } from '#kernel/ids.ts';
import { builder } from '../builder.ts';
import { requirePass } from '../decided.ts';
import { DocumentTampered } from '../document/document-tampered.ts';
import { needIntact } from '../document/intact.ts';
import { askNeighbours } from './ask-neighbours.ts';
import { transmissionFacts } from '../controlled/transmission-facts.ts';
import { lockChart } from './chart.ts';
import { keepDecision } from './decision.ts';
import { orderHandOff } from './hand-off.ts';
import { lastDayOf, needUnexpired } from './expiry/last-day.ts';
import { Order } from './order.ts';
import { routingGate } from './routing-gate.ts';
import { moveOrder } from './timeline.ts';
import { orderVisibleTo } from './visible-to.ts';

const SendOrderInput = builder.inputType('SendOrderInput', {
  description: 'What is sent.',
  fields: (t) => ({ orderId: t.id({ required: true, description: 'The signed order.' }) }),
});

builder.mutationField('sendOrder', (t) =>
  t.field({
    description:
      'Sends a signed order to its pharmacy, if that pharmacy may ship it to the patient’s state. One that came back can be sent again, until its last day is over.',
    type: Order,
    authScopes: { may: 'order:send' },
    args: { input: t.arg({ type: SendOrderInput, required: true, description: 'What is sent.' }) },
    errors: { types: [DocumentTampered] },
    resolve: async (_root, args, ctx, info) => {
      const id = tryId('order', args.input.orderId);
      const where = { AND: [orderVisibleTo(ctx), { clinicId: { in: [...ctx.actor.places('order:send')] } }] };
      const seen = id === null ? null : await ctx.load<OrderRow>('order', id, where);
      const told = seen === null ? null : await askNeighbours(ctx, seen);
      const sent = await ctx.write({ info, args, answer: 'order' }, async (tx) => {
        const chart = seen === null ? null : await lockChart(tx, seen);
        if (chart === null || told === null) throw new NotFound();
        const { order } = chart;
        needUnexpired(order, ctx.now());
        // A completed order goes out again by `refillOrder`, and one that is asked back stays where it is.
        if (order.status !== 'SIGNED') throw new IllegalTransition(order.status, 'SENT');
        await needIntact(ctx, order, tx);
        const at = ctx.now();
        const evaluation = routingGate(chart, told, at, { transmission: transmissionFacts(order, told), lastDay: lastDayOf(order) });
        requirePass(evaluation);

        const counted = { seq: order.sentSeq + 1, attempt: order.attempt + 1 };
        await keepDecision(tx, ctx, order, 'SEND', evaluation);
        await audit(tx, ctx, {
          ...{ action: 'order.sent', tenantId: order.clinicId, subjectKind: 'order', subjectId: order.id, patientId: order.patientId },
          detail: { was: order.status, pharmacyId: order.pharmacyId, ...counted },
        });
        const moved = await moveOrder(tx, ctx, order, {
          to: 'SENT',
          by: ctx.actor.name,
          set: { sentAt: at, attempt: counted.attempt, sentSeq: counted.seq },
        });
        await ctx.handOff(tx, orderHandOff(order, 'SEND', counted));
        return moved;
      });
      // Delivery was tried when the write ended: the pharmacy may have answered already.
      return (await ctx.load<OrderRow>('order', sent.id, where)) ?? sent;
    },
  }),
);
