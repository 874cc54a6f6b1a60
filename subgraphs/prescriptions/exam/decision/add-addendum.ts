import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { IllegalTransition } from '#kernel/errors.ts';
import { fromId, toId } from '#kernel/ids.ts';
import { actingPractitioner } from '../../acting-practitioner.ts';
import { builder } from '../../builder.ts';
import { canonicalText } from '../../document/canonical.ts';
import { lockExam } from '../exam-rows.ts';
import { examChanged } from '../exam-updated.ts';
import { ExamAddendum } from './exam-addendum.ts';
import { signExam } from './sign-exam.ts';

const AddAddendumInput = builder.inputType('AddAddendumInput', {
  description: 'Something to be added to a completed exam.',
  fields: (t) => ({
    examId: t.id({ required: true, description: 'The exam.' }),
    text: t.string({ required: true, description: 'What is added, in the author’s words: 1 to 8,000 characters.' }),
  }),
  validate: z.looseObject({
    text: z.string().trim().min(1, 'An addendum is empty.').max(8_000, 'An addendum has at most 8,000 characters.'),
  }),
});

builder.mutationField('addAddendum', (t) =>
  t.field({
    type: ExamAddendum,
    description:
      'Adds to a completed exam without changing it. The author signs the addition together with the digest of the record and of the addendum before: none can be changed, moved or left out unnoticed. What the exam clears is not changed by it.',
    authScopes: { may: 'exam:amend' },
    args: { input: t.arg({ type: AddAddendumInput, required: true, description: 'What is added.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'examAddendum' }, async (tx) => {
        ctx.requireStepUp();
        const author = toId('practitioner', actingPractitioner(ctx));
        const exam = await lockExam(tx, ctx, fromId('exam', args.input.examId), 'exam:amend');
        if (exam.status !== 'COMPLETED') throw new IllegalTransition(exam.status, 'AMENDED');
        const before = await tx.examAddendum.findFirst({
          where: { examId: exam.id },
          orderBy: { position: 'desc' },
          include: { document: true },
        });
        const at = ctx.now();
        const position = (before?.position ?? 0) + 1;
        const text = args.input.text.trim();
        const signed = canonicalText({
          schema: 'goodfaith.exam-addendum/1',
          exam: { id: toId('exam', exam.id), digest: exam.digest },
          ...{ position, previous: before?.document.digest ?? null },
          author: { id: author, name: ctx.actor.name },
          writtenAt: at.toISOString(),
          text,
        });
        const document = await signExam(tx, ctx, exam, { kind: 'ADDENDUM', text: signed, at });
        const { id: examId, clinicId, patientId } = exam;
        const addendum = await tx.examAddendum.create({
          data: { id: ctx.newId(), clinicId, patientId, examId, documentId: document.id, position, text },
        });
        const subject = { tenantId: clinicId, subjectKind: 'exam', subjectId: examId, patientId } as const;
        await audit(tx, ctx, { action: 'exam.addendum-added', ...subject, detail: { position, digest: document.digest } });
        await examChanged(tx, ctx, examId);
        return addendum;
      }),
  }),
);
