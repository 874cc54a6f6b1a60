import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { NotFound } from '#kernel/errors.ts';
import { isService } from '#rules/service-codes.ts';
import { builder } from '../builder.ts';
import { clinicToArrange, labelShape, oneAtATime, refuseField } from './arranging.ts';
import { Clinic } from './clinic.ts';

const WithdrawServiceInput = builder.inputType('WithdrawServiceInput', {
  description: 'A service that a clinic no longer offers.',
  fields: (t) => ({
    clinicId: t.id({ required: true, description: 'The clinic.' }),
    code: t.string({ required: true, description: 'Code of the service.' }),
    reason: t.string({ required: true, description: 'Why: 1 to 500 characters. No patient.' }),
  }),
  validate: z.object({ reason: labelShape('The reason', 500) }).loose(),
});

builder.mutationField('withdrawService', (t) =>
  t.field({
    description:
      'Takes a service off what a clinic offers, at once: nothing of it can be booked or begun any more. What was examined, ordered or delegated stays as it was.',
    type: Clinic,
    authScopes: { may: 'clinic:arrange' },
    args: { input: t.arg({ type: WithdrawServiceInput, required: true, description: 'What is no longer offered.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'clinic' }, async (tx) => {
        const { code, reason } = args.input;
        const clinicId = clinicToArrange(ctx, args.input.clinicId);
        if (!isService(code)) refuseField('code', 'There is no such service.');
        await oneAtATime(tx, clinicId);
        const offered = await tx.serviceOffering.findUnique({ where: { clinicId_code: { clinicId, code } } });
        // Two at once: the second finds nothing to take off.
        const { count } = await tx.serviceOffering.deleteMany({ where: { clinicId, code } });
        if (offered === null || count === 0) throw new NotFound();
        await audit(tx, ctx, {
          ...{ action: 'service.withdrawn', tenantId: clinicId, subjectKind: 'serviceOffering', subjectId: offered.id },
          detail: { code, were: offered.modalities, reason: reason.trim() },
        });
        return tx.clinic.findUniqueOrThrow({ where: { id: clinicId } });
      }),
  }),
);
