import { audit } from '#kernel/audit.ts';
import { IllegalTransition } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { actingPractitioner } from '../acting-practitioner.ts';
import { builder } from '../builder.ts';
import { GoodFaithExam } from '../exam/exam.ts';
import { lockExam } from '../exam/exam-rows.ts';
import { requireOwnExam } from '../exam/start-exam.ts';
import { requireClaim } from './claim-standing.ts';

const KeepClaimInput = builder.inputType('KeepClaimInput', {
  description: 'An exam that the examiner has claimed and is about to begin.',
  fields: (t) => ({ examId: t.id({ required: true, description: 'The exam.' }) }),
});

builder.mutationField('keepClaim', (t) =>
  t.field({
    type: GoodFaithExam,
    description:
      'The sign that the examiner who claimed an exam is still about to begin it. To be sent about each minute until startExam: after three minutes without, the exam waits again where it stood.',
    authScopes: { may: 'exam:conduct' },
    args: { input: t.arg({ type: KeepClaimInput, required: true, description: 'The exam.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) => {
      const examinerId = actingPractitioner(ctx);
      return ctx.write({ info, args, answer: 'goodFaithExam' }, async (tx) => {
        const exam = await lockExam(tx, ctx, fromId('exam', args.input.examId), 'exam:conduct');
        if (exam.status !== 'HELD') throw new IllegalTransition(exam.status, 'HELD');
        requireOwnExam(exam, examinerId);
        requireClaim(exam, ctx.now());
        const kept = await tx.goodFaithExam.update({ where: { id: exam.id }, data: { claimKeptAt: ctx.now() } });
        const subject = { tenantId: exam.clinicId, subjectKind: 'exam', subjectId: exam.id, patientId: exam.patientId } as const;
        await audit(tx, ctx, { action: 'exam.claim-kept', ...subject });
        return kept;
      });
    },
  }),
);
