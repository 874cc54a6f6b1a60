import type { RecallNotice as NoticeRow } from '#prisma/generated/pharmacies/client.ts';
import { audit } from '#kernel/audit.ts';
import { NotFound } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { builder, type Ctx, type Tx } from '../builder.ts';
import { RecallNotice } from './recall.ts';

const Input = builder.inputType('AcknowledgeRecallInput', {
  description: 'A recall that a clinic has taken note of.',
  fields: (t) => ({
    recallId: t.id({ required: true, description: 'Id of the recall.' }),
    clinicId: t.id({ required: true, description: 'The clinic that knows now.' }),
  }),
});

/** Says that the clinic of a notice knows, once. */
export async function acknowledge(tx: Tx, ctx: Ctx, { id, recallId, clinicId }: NoticeRow): Promise<void> {
  const moved = await tx.recallNotice.updateMany({
    where: { id, status: 'SENT' },
    data: { status: 'ACKNOWLEDGED', acknowledgedAt: ctx.now(), acknowledgedBy: ctx.actor.sub },
  });
  if (moved.count > 0)
    await audit(tx, ctx, { action: 'recall.acknowledged', tenantId: clinicId, subjectKind: 'recall', subjectId: recallId });
}

builder.mutationField('acknowledgeRecall', (t) =>
  t.field({
    description: 'A clinic says that it knows of a recall. Saying so again changes nothing.',
    type: RecallNotice,
    authScopes: { may: 'recall:acknowledge' },
    args: { input: t.arg({ type: Input, required: true, description: 'The recall and the clinic.' }) },
    errors: { types: [] },
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'recallNotice' }, async (tx) => {
        const recallId = fromId('recall', args.input.recallId);
        const clinicId = fromId('clinic', args.input.clinicId);
        if (!ctx.actor.places('recall:acknowledge').includes(clinicId)) throw new NotFound();
        const notice = await tx.recallNotice.findUnique({ where: { recallId_clinicId: { recallId, clinicId } } });
        if (!notice) throw new NotFound();
        await acknowledge(tx, ctx, notice);
        return tx.recallNotice.findUniqueOrThrow({ where: { id: notice.id } });
      }),
  }),
);
