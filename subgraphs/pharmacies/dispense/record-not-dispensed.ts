import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { IllegalTransition } from '#kernel/errors.ts';
import { toId } from '#kernel/ids.ts';
import { builder } from '../builder.ts';
import { ClaimRequired } from '../claim/claim-refusals.ts';
import { giveBack } from '../claim/give-back.ts';
import { lockOwn, requireSecret } from '../claim/held-order.ts';
import { Fulfillment } from '../fulfillment/fulfillment.ts';
import { partsOf } from './parts.ts';

const Reason = builder.enumType('NotDispensedReason', {
  description: 'Why a fill, or what was left of it, was not handed out.',
  values: {
    PATIENT_DECLINED: { description: 'The patient does not want it.' },
    PATIENT_NOT_REACHED: { description: 'The patient could not be reached, or did not come for it.' },
    OUT_OF_STOCK: { description: 'There is not enough of it.' },
    INGREDIENT_UNAVAILABLE: { description: 'An ingredient cannot be had.' },
    LOT_UNUSABLE: { description: 'The lot it was to come from cannot be used.' },
    CLINICAL_CONCERN: { description: 'Something speaks against it for this patient.' },
    OTHER: { description: 'Something else: the note says what.' },
  } as const,
});

const Input = builder.inputType('RecordNotDispensedInput', {
  description: 'A fill, or the rest of one, that is not handed out.',
  fields: (t) => ({
    orderId: t.id({ required: true, description: 'Id of the order.' }),
    secret: t.string({ required: true, description: 'The secret of the claim.' }),
    reason: t.field({ type: Reason, required: true, description: 'Why.' }),
    note: t.string({ description: 'What the clinic should know: 3 to 1,000 characters. With OTHER it is needed.' }),
  }),
  validate: z
    .object({ note: z.string().trim().min(3, 'Say what.').max(1_000, 'A note has at most 1,000 characters.').nullish() })
    .loose()
    .refine(({ reason, note }) => reason !== 'OTHER' || note != null, { path: ['note'], message: 'Say what the other reason is.' }),
});

const NotDispensed = builder.prismaObject('NotDispensed', {
  description: 'That a fill, or what was left of it, was not handed out.',
  authScopes: { may: ['fulfillment:read', 'fulfillment:track'] },
  fields: (t) => ({
    id: t.id({ resolve: (row) => toId('notDispensed', row.id), description: 'Id of the record.' }),
    reason: t.field({ type: Reason, resolve: (row) => row.reason as 'OTHER', description: 'Why.' }),
    note: t.exposeString('note', { nullable: true, description: 'What the pharmacy added.' }),
    recordedAt: t.expose('recordedAt', { type: 'DateTime', description: 'When it was recorded.' }),
    fulfillment: t.relation('fulfillment', { type: Fulfillment, description: 'The fulfillment it belongs to.' }),
  }),
});

builder.prismaObjectFields(Fulfillment, (t) => ({
  notDispensed: t.relation('notDispensed', {
    type: NotDispensed,
    nullable: true,
    description: 'That it, or the rest of it, was not handed out, and why; empty when nothing was given up.',
  }),
}));

builder.mutationField('recordNotDispensed', (t) =>
  t.field({
    type: NotDispensed,
    description:
      'Records that a claimed order is not dispensed here, or that the rest of a fill is not, and why. Where nothing was handed out the order goes back to the clinic (RETURNED).',
    authScopes: { may: 'order:dispense' },
    args: { input: t.arg({ type: Input, required: true, description: 'The fill and the reason.' }) },
    errors: { types: [ClaimRequired] },
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'notDispensed' }, async (tx) => {
        const { orderId, secret, reason } = args.input;
        const note = args.input.note?.trim() ?? null;
        const { row } = await lockOwn(tx, ctx, orderId, 'order:dispense');
        requireSecret(ctx, row, secret);
        const { closed } = await partsOf(tx, row);
        if (closed) throw new IllegalTransition(row.status, 'NOT_DISPENSED');
        // With something handed out the fulfillment stays what it is; only its rest ends.
        if (row.status === 'CLAIMED') await giveBack(tx, ctx, 'RETURNED', { orderId, secret, reason, note });
        else if (row.status !== 'DISPENSED' && row.status !== 'SHIPPED') throw new IllegalTransition(row.status, 'NOT_DISPENSED');
        const { pharmacyId, clinicId, patientId } = row;
        const made = await tx.notDispensed.create({
          data: {
            ...{ id: ctx.newId(), fulfillmentId: row.id, orderId: row.orderId, pharmacyId, clinicId, patientId, reason, note },
            ...{ recordedBy: ctx.actor.sub, recordedAt: ctx.now() },
          },
        });
        await audit(tx, ctx, {
          ...{ action: 'order.not-dispensed', tenantId: pharmacyId, subjectKind: 'notDispensed', subjectId: made.id, patientId },
          detail: { orderId: row.orderId, reason },
        });
        return made;
      }),
  }),
);
