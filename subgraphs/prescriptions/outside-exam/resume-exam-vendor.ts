import { builder } from '../builder.ts';
import { ExamVendor } from './exam-vendor.ts';
import { MoveExamVendorInput, moveVendor } from './move-exam-vendor.ts';

builder.mutationField('resumeExamVendor', (t) =>
  t.field({
    type: ExamVendor,
    description: 'Takes reports from a suspended vendor again.',
    authScopes: { may: 'exam-vendor:arrange' },
    args: { input: t.arg({ type: MoveExamVendorInput, required: true, description: 'The vendor and why.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) => ctx.write({ info, args, answer: 'examVendor' }, (tx) => moveVendor(tx, ctx, args.input, 'ACTIVE')),
  }),
);
