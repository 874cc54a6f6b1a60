import { builder } from '../builder.ts';
import { ExamVendor } from './exam-vendor.ts';
import { MoveExamVendorInput, moveVendor } from './move-exam-vendor.ts';

builder.mutationField('endExamVendor', (t) =>
  t.field({
    type: ExamVendor,
    description: 'Takes no more reports from a vendor, for good. Confirmed exams stay.',
    authScopes: { may: 'exam-vendor:arrange' },
    args: { input: t.arg({ type: MoveExamVendorInput, required: true, description: 'The vendor and why.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) => ctx.write({ info, args, answer: 'examVendor' }, (tx) => moveVendor(tx, ctx, args.input, 'ENDED')),
  }),
);
