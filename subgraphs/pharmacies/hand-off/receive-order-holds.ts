import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { Forbidden } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { builder, type Ctx, type Tx } from '../builder.ts';
import { openStatuses } from '../fulfillment/fulfillment-status.ts';
import { HandOffAnswer } from './hand-off-answer.ts';
import { lockHead } from './head.ts';

const MOST_HOLDS = 50;

const Input = builder.inputType('ReceiveOrderHoldsInput', {
  description: 'What the clinic holds an order for.',
  fields: (t) => ({
    orderId: t.id({ required: true, description: 'The order.' }),
    seq: t.int({ required: true, description: 'Counts what was told of this order’s holds, from 1.' }),
    holds: t.stringList({ required: true, description: 'Reasons of the holds in force, the whole of them; none where all are lifted.' }),
  }),
  validate: z
    .object({
      seq: z.number().int().min(1, 'A sequence counts from 1.'),
      holds: z
        .array(z.string().min(1, 'A reason is a code.').max(64, 'A reason has at most 64 characters.'))
        .max(MOST_HOLDS, `At most ${MOST_HOLDS} reasons.`),
    })
    .loose(),
});

builder.mutationField('receiveOrderHolds', (t) =>
  t.field({
    description:
      'For the prescriptions subgraph alone: tells what an order is held for. From its answer on the order is neither claimed, dispensed nor shipped until it is told that nothing is held. Repeating one changes nothing.',
    type: HandOffAnswer,
    authScopes: { may: 'hand-off:receive' },
    args: { input: t.arg({ type: Input, required: true, description: 'What is held.' }) },
    resolve: (_root, args, ctx, info) => {
      // Every subgraph has the right to hand over; what is held only one of them knows.
      if (ctx.actor.service !== 'prescriptions') throw new Forbidden();
      return ctx.write({ info, args, answer: 'handOffHead' }, (tx) => receiveHolds(tx, ctx, args.input));
    },
  }),
);

/** Takes it under the lock of the order's head, before or after the order itself came in. One that is not the latest changes nothing. */
async function receiveHolds(tx: Tx, ctx: Ctx, { orderId, seq, holds }: typeof Input.$inferInput) {
  const id = fromId('order', orderId);
  const head = await lockHead(tx, id);
  if (seq <= head.holdSeq) return { id, outcome: seq === head.holdSeq ? 'APPLIED' : 'SUPERSEDED', status: null };
  await tx.handOffHead.update({ where: { orderId: id }, data: { holds: [...holds], holdSeq: seq } });
  const open = await tx.fulfillment.findFirst({ where: { orderId: id, status: { in: [...openStatuses] } } });
  if (open !== null) {
    await audit(tx, ctx, {
      ...{ action: holds.length > 0 ? 'fulfillment.held' : 'fulfillment.released', tenantId: open.pharmacyId },
      ...{ subjectKind: 'fulfillment', subjectId: open.id, patientId: open.patientId },
      detail: { holds, seq },
    });
  }
  return { id, outcome: 'APPLIED', status: open?.status ?? null };
}
