import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { IllegalTransition, NotFound, RuleBlocked } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import type { SafetyHold } from '#prisma/generated/prescriptions/client.ts';
import { failed } from '#rules/results.ts';
import { builder, type Ctx } from '../builder.ts';
import { tellChange } from '../order/order-changed.ts';
import { isLiftable, isOfSafety } from './hold-reasons.ts';
import { tellHolds } from './tell-holds.ts';
import { SafetyHoldType } from './safety-hold.ts';

const ReleaseHoldInput = builder.inputType('ReleaseHoldInput', {
  description: 'A hold that is over.',
  fields: (t) => ({
    holdId: t.id({ required: true, description: 'The hold, from `Order.safetyHolds`.' }),
    note: t.string({ required: true, description: 'Why it may go on: 1 to 2,000 characters.' }),
  }),
  validate: z.looseObject({ note: z.string().trim().min(1, 'The note is missing.').max(2_000, 'A note has at most 2,000 characters.') }),
});

builder.mutationField('releaseHold', (t) =>
  t.field({
    description:
      'Lifts a hold that a person placed, with a second factor. One for the patient’s safety is lifted by a medical director of the clinic who did not place it; one for an exam that was taken back by nobody.',
    type: SafetyHoldType,
    authScopes: { may: 'order:hold' },
    args: { input: t.arg({ type: ReleaseHoldInput, required: true, description: 'The hold and why.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'safetyHold' }, async (tx) => {
        ctx.requireStepUp();
        const id = fromId('safetyHold', args.input.holdId);
        const hold = await tx.safetyHold.findFirst({ where: { id, clinicId: { in: [...ctx.actor.places('order:hold')] } } });
        if (hold === null) throw new NotFound();
        requireLiftable(ctx, hold);
        const lifted = { liftedAt: ctx.now(), liftedBy: ctx.actor.sub, liftNote: args.input.note.trim() };
        const { count } = await tx.safetyHold.updateMany({ where: { id, liftedAt: null }, data: lifted });
        if (count === 0) throw new IllegalTransition('LIFTED', 'LIFTED');
        const { clinicId, patientId, orderId, reason } = hold;
        if (orderId !== null) {
          await tellHolds(tx, ctx, patientId, [orderId]);
          await tellChange(tx, ctx, { id: orderId, clinicId }, 'RELEASED');
        }
        await audit(tx, ctx, {
          ...{ action: 'order.hold-lifted', tenantId: clinicId, subjectKind: 'safetyHold', subjectId: id, patientId },
          detail: { reason, orderId },
        });
        return tx.safetyHold.findUniqueOrThrow({ where: { id } });
      }),
  }),
);

function requireLiftable(ctx: Ctx, { reason, clinicId, placedBy, liftedAt }: SafetyHold): void {
  const id = 'safety.release';
  if (liftedAt !== null) throw new IllegalTransition('LIFTED', 'LIFTED');
  if (!isLiftable(reason))
    throw new RuleBlocked([
      failed(id, 'The exam it stands on was taken back', 'Cancel the order, and sign another on an exam that covers it.'),
    ]);
  if (!isOfSafety(reason)) return;
  if (!ctx.actor.places('order:release').includes(clinicId))
    throw new RuleBlocked([
      failed(id, 'A hold for safety is lifted by a medical director', 'Ask the medical director of the clinic to lift it.'),
    ]);
  if (placedBy === ctx.actor.sub)
    throw new RuleBlocked([failed(id, 'Whoever placed a hold for safety does not lift it', 'Ask another medical director of the clinic.')]);
}
