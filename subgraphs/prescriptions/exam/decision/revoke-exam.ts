import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { IllegalTransition, NotFound, RuleBlocked } from '#kernel/errors.ts';
import { fromId, toId } from '#kernel/ids.ts';
import type { GoodFaithExam as ExamRow } from '#prisma/generated/prescriptions/client.ts';
import { failed } from '#rules/results.ts';
import { actingPractitioner } from '../../acting-practitioner.ts';
import { builder, type Tx } from '../../builder.ts';
import { canonicalText } from '../../document/canonical.ts';
import { GoodFaithExam, loadExam } from '../exam.ts';
import { lockExam } from '../exam-rows.ts';
import { isApproval } from '../exam-status.ts';
import { examChanged } from '../exam-updated.ts';
import { asDecided } from './as-decided.ts';
import { ExamRevocationReason, HELD_FOR_REVOCATION } from './exam-revocation.ts';
import { signExam } from './sign-exam.ts';
import { takeBack } from './take-back.ts';

const RevokeExamInput = builder.inputType('RevokeExamInput', {
  description: 'An approval that is to count no longer.',
  fields: (t) => ({
    examId: t.id({ required: true, description: 'The exam.' }),
    reason: t.field({ type: ExamRevocationReason, required: true, description: 'Why.' }),
    note: t.string({ required: true, description: 'What happened: 1 to 2,000 characters.' }),
  }),
  validate: z.looseObject({ note: z.string().trim().min(1, 'The note is missing.').max(2_000, 'A note has at most 2,000 characters.') }),
});

builder.mutationField('revokeExam', (t) =>
  t.field({
    type: GoodFaithExam,
    description:
      'Takes an approval back: from now on it covers nothing, and every order in flight that stands on it is held. By the exam’s own examiner or a medical director of the clinic. What was signed stays. A decision against a service is not revoked: hold a new exam.',
    authScopes: { may: ['exam:conduct', 'exam:decide'] },
    args: { input: t.arg({ type: RevokeExamInput, required: true, description: 'The exam and why.' }) },
    errors: {},
    resolve: async (_root, args, ctx, info) => {
      const revokerId = actingPractitioner(ctx);
      const examId = fromId('exam', args.input.examId);
      const seen = await loadExam(ctx, examId);
      return ctx.write({ info, args, answer: 'goodFaithExam' }, async (tx) => {
        ctx.requireStepUp();
        if (seen === null) throw new NotFound();
        const directs = ctx.actor.places('exam:decide').includes(seen.clinicId);
        const exam = await lockExam(tx, ctx, examId, directs ? 'exam:decide' : 'exam:conduct');
        await requireApproval(tx, exam);
        if (!directs && exam.examinerId !== revokerId) throw new RuleBlocked([notOwn]);
        const { id, clinicId, patientId, digest } = exam;
        const { reason } = args.input;
        const note = args.input.note.trim();
        const part = directs ? 'MEDICAL_DIRECTOR' : 'EXAMINER';
        const at = ctx.now();
        const signed = canonicalText({
          schema: 'goodfaith.exam-revocation/1',
          exam: { id: toId('exam', id), digest },
          ...{ reason, note, revoker: { id: toId('practitioner', revokerId), name: ctx.actor.name, part }, revokedAt: at.toISOString() },
        });
        const document = await signExam(tx, ctx, exam, { kind: 'REVOCATION', text: signed, at });
        await tx.examRevocation.create({
          data: { ...{ id: ctx.newId(), clinicId, patientId, examId, documentId: document.id, revokerId }, part, reason, note, at },
        });
        const orders = await takeBack(tx, ctx, exam, { at, reason, heldFor: HELD_FOR_REVOCATION });
        await audit(tx, ctx, {
          ...{ action: 'exam.revoked', tenantId: clinicId, subjectKind: 'exam', subjectId: id, patientId },
          detail: { reason, part, digest: document.digest, orders },
        });
        await examChanged(tx, ctx, id);
        return tx.goodFaithExam.findUniqueOrThrow({ where: { id } });
      });
    },
  }),
);

const notOwn = failed(
  'exam.revoker',
  'Another examiner held this exam',
  'Ask the examiner who held it, or a medical director of the clinic, to revoke it.',
);

/** Taking back a decision against a service would bring an older approval to life again. */
async function requireApproval(tx: Tx, exam: ExamRow): Promise<void> {
  if (exam.status !== 'COMPLETED') throw new IllegalTransition(exam.status, 'REVOKED');
  if (exam.revokedAt !== null) throw new IllegalTransition('REVOKED', 'REVOKED');
  const { outcome } = await asDecided(tx, exam);
  if (outcome === null || !isApproval(outcome)) throw new IllegalTransition(outcome ?? exam.status, 'REVOKED');
}
