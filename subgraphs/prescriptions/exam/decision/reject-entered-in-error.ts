import { z } from 'zod';
import { builder } from '../../builder.ts';
import { answerError } from './answer-error.ts';
import { ExamErrorReport } from './exam-error-report.ts';

const RejectEnteredInErrorInput = builder.inputType('RejectEnteredInErrorInput', {
  description: 'A second person’s answer to a mark.',
  fields: (t) => ({
    reportId: t.id({ required: true, description: 'The mark.' }),
    note: t.string({ required: true, description: 'What was looked at, and what was found: 1 to 2,000 characters.' }),
  }),
  validate: z.looseObject({ note: z.string().trim().min(1, 'The note is missing.').max(2_000, 'A note has at most 2,000 characters.') }),
});

builder.mutationField('rejectEnteredInError', (t) =>
  t.field({
    type: ExamErrorReport,
    description:
      'A second person finds that the exam was not entered in error: it counts as before. Neither whoever marked it nor its examiner can answer.',
    authScopes: { may: 'exam:amend' },
    args: { input: t.arg({ type: RejectEnteredInErrorInput, required: true, description: 'The mark and the answer.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'examErrorReport' }, (tx) =>
        answerError(tx, ctx, { reportId: args.input.reportId, note: args.input.note.trim(), outcome: 'REJECTED' }),
      ),
  }),
);
