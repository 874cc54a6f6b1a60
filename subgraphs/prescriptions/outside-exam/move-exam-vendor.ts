import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { Conflict } from '#kernel/errors.ts';
import { requireMove } from '#kernel/states.ts';
import type { ExamVendor } from '#prisma/generated/prescriptions/client.ts';
import { builder, type Ctx, type Tx } from '../builder.ts';
import { arrangedVendor, vendorMoves, type vendorStatuses } from './exam-vendor.ts';

/** What suspends, resumes or ends a vendor: which one, and why. */
export const MoveExamVendorInput = builder.inputType('MoveExamVendorInput', {
  description: 'A vendor that is to stand otherwise, and why.',
  fields: (t) => ({
    vendorId: t.id({ required: true, description: 'The vendor.' }),
    reason: t.string({ required: true, description: 'Why: 1 to 500 characters. No patient.' }),
  }),
  validate: z.looseObject({ reason: z.string().trim().min(1, 'The reason is missing.').max(500, 'A reason has at most 500 characters.') }),
});

/** Moves a vendor, if it is still where it was read. */
export async function moveVendor(
  tx: Tx,
  ctx: Ctx,
  { vendorId, reason }: typeof MoveExamVendorInput.$inferInput,
  to: (typeof vendorStatuses)[number],
): Promise<ExamVendor> {
  const vendor = await arrangedVendor(tx, ctx, vendorId);
  requireMove(vendorMoves, vendor.status, to);
  const { id, clinicId, status } = vendor;
  const { count } = await tx.examVendor.updateMany({ where: { id, status }, data: { status: to, statusSince: ctx.now() } });
  if (count === 0) throw new Conflict();
  await audit(tx, ctx, {
    ...{ action: 'exam-vendor.moved', tenantId: clinicId, subjectKind: 'examVendor', subjectId: id },
    detail: { was: status, now: to, reason: reason.trim() },
  });
  return tx.examVendor.findUniqueOrThrow({ where: { id } });
}
