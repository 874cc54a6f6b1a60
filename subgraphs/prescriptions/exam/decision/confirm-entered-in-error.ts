import { z } from 'zod';
import { builder } from '../../builder.ts';
import { answerError } from './answer-error.ts';
import { ExamErrorReport } from './exam-error-report.ts';

const ConfirmEnteredInErrorInput = builder.inputType('ConfirmEnteredInErrorInput', {
  description: 'A second person’s answer to a mark.',
  fields: (t) => ({
    reportId: t.id({ required: true, description: 'The mark.' }),
    note: t.string({ required: true, description: 'What was looked at, and what was found: 1 to 2,000 characters.' }),
  }),
  validate: z.looseObject({ note: z.string().trim().min(1, 'The note is missing.').max(2_000, 'A note has at most 2,000 characters.') }),
});

builder.mutationField('confirmEnteredInError', (t) =>
  t.field({
    type: ExamErrorReport,
    description:
      'A second person confirms that the exam was entered in error. From then on it counts for nothing, and every order in flight that stands on it is held. Neither whoever marked it nor its examiner can confirm.',
    authScopes: { may: 'exam:amend' },
    args: { input: t.arg({ type: ConfirmEnteredInErrorInput, required: true, description: 'The mark and the answer.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'examErrorReport' }, (tx) =>
        answerError(tx, ctx, { reportId: args.input.reportId, note: args.input.note.trim(), outcome: 'CONFIRMED' }),
      ),
  }),
);
