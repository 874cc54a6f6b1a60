import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { Conflict, IllegalTransition } from '#kernel/errors.ts';
import { fromId, toId } from '#kernel/ids.ts';
import { actingPractitioner } from '../../acting-practitioner.ts';
import { builder } from '../../builder.ts';
import { canonicalText } from '../../document/canonical.ts';
import { lockExam } from '../exam-rows.ts';
import { examChanged } from '../exam-updated.ts';
import { ENTERED_IN_ERROR, ExamErrorReason, ExamErrorReport } from './exam-error-report.ts';
import { signExam } from './sign-exam.ts';

const MarkEnteredInErrorInput = builder.inputType('MarkEnteredInErrorInput', {
  description: 'A completed exam that should not be in the record.',
  fields: (t) => ({
    examId: t.id({ required: true, description: 'The exam.' }),
    reason: t.field({ type: ExamErrorReason, required: true, description: 'Why.' }),
    note: t.string({ required: true, description: 'What happened: 1 to 2,000 characters.' }),
  }),
  validate: z.looseObject({ note: z.string().trim().min(1, 'The note is missing.').max(2_000, 'A note has at most 2,000 characters.') }),
});

builder.mutationField('markEnteredInError', (t) =>
  t.field({
    type: ExamErrorReport,
    description:
      'Says that a completed exam was entered in error, one that was revoked too. No order is signed on it until a second person has answered; confirmed, it never counts again. The record itself stays.',
    authScopes: { may: 'exam:amend' },
    args: { input: t.arg({ type: MarkEnteredInErrorInput, required: true, description: 'The exam and why.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'examErrorReport' }, async (tx) => {
        ctx.requireStepUp();
        const reporter = toId('practitioner', actingPractitioner(ctx));
        const exam = await lockExam(tx, ctx, fromId('exam', args.input.examId), 'exam:amend');
        if (exam.status !== 'COMPLETED') throw new IllegalTransition(exam.status, ENTERED_IN_ERROR);
        const { id: examId, clinicId, patientId } = exam;
        // One that was revoked may still turn out to be another patient's; its row keeps the reason of the revocation.
        const confirmed = await tx.examErrorReport.count({ where: { examId, answer: { is: { outcome: 'CONFIRMED' } } } });
        if (confirmed > 0) throw new IllegalTransition(ENTERED_IN_ERROR, ENTERED_IN_ERROR);
        const open = await tx.examErrorReport.count({ where: { examId, answer: { is: null } } });
        if (open > 0) throw new Conflict('The exam is marked already, and waits for a second person.');
        const { reason } = args.input;
        const note = args.input.note.trim();
        const at = ctx.now();
        const signed = canonicalText({
          schema: 'goodfaith.exam-error-report/1',
          exam: { id: toId('exam', examId), digest: exam.digest },
          ...{ reason, note, reporter: { id: reporter, name: ctx.actor.name }, reportedAt: at.toISOString() },
        });
        const document = await signExam(tx, ctx, exam, { kind: 'ERROR_REPORT', text: signed, at });
        const report = await tx.examErrorReport.create({
          data: { id: ctx.newId(), clinicId, patientId, examId, documentId: document.id, reason, note, reportedAt: at },
        });
        const subject = { tenantId: clinicId, subjectKind: 'exam', subjectId: examId, patientId } as const;
        await audit(tx, ctx, { action: 'exam.marked-in-error', ...subject, detail: { reason, digest: document.digest } });
        await examChanged(tx, ctx, examId);
        return report;
      }),
  }),
);
