import { audit } from '#kernel/audit.ts';
import { IllegalTransition } from '#kernel/errors.ts';
import { builder } from '../builder.ts';
import { arrangedVendor, ExamVendorSecret } from './exam-vendor.ts';

const RotateExamVendorSecretInput = builder.inputType('RotateExamVendorSecretInput', {
  description: 'A vendor that needs another secret.',
  fields: (t) => ({ vendorId: t.id({ required: true, description: 'The vendor.' }) }),
});

builder.mutationField('rotateExamVendorSecret', (t) =>
  t.field({
    type: ExamVendorSecret,
    description: 'Gives a vendor another secret. What it signed with the one before is refused from now on.',
    authScopes: { may: 'exam-vendor:arrange' },
    args: { input: t.arg({ type: RotateExamVendorSecretInput, required: true, description: 'The vendor.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'examVendor' }, async (tx) => {
        ctx.requireStepUp();
        const { id, clinicId, status } = await arrangedVendor(tx, ctx, args.input.vendorId);
        if (status === 'ENDED') throw new IllegalTransition(status, 'ACTIVE');
        const vendor = await tx.examVendor.update({ where: { id }, data: { secretGeneration: { increment: 1 } } });
        await audit(tx, ctx, {
          ...{ action: 'exam-vendor.secret-rotated', tenantId: clinicId, subjectKind: 'examVendor', subjectId: id },
          detail: { generation: vendor.secretGeneration },
        });
        return vendor;
      }),
  }),
);
