import { audit } from '#kernel/audit.ts';
import { phoneProblem } from '#kernel/identifiers-contact.ts';
import { builder } from '../builder.ts';
import { clinicToArrange, oneAtATime, refuseField } from './arranging.ts';
import { Clinic } from './clinic.ts';

const RecordClinicPhoneInput = builder.inputType('RecordClinicPhoneInput', {
  description: 'The telephone number at which a clinic is reached.',
  fields: (t) => ({
    clinicId: t.id({ required: true, description: 'The clinic.' }),
    phone: t.string({ required: true, description: 'Telephone number, E.164, for example +15125550142.' }),
  }),
});

builder.mutationField('recordClinicPhone', (t) =>
  t.field({
    description:
      'Records the telephone number of a clinic, or another one than before. It stands on every prescription written there: none is signed without. What was signed keeps the number of its day.',
    type: Clinic,
    authScopes: { may: 'clinic:arrange' },
    args: { input: t.arg({ type: RecordClinicPhoneInput, required: true, description: 'Which clinic, and its number.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'clinic' }, async (tx) => {
        const { clinicId, phone } = args.input;
        const id = clinicToArrange(ctx, clinicId);
        const problem = phoneProblem(phone);
        if (problem !== null) refuseField('phone', `It ${problem}.`);
        await oneAtATime(tx, id);
        const { phone: before } = await tx.clinic.findUniqueOrThrow({ where: { id } });
        await tx.clinic.updateMany({ where: { id }, data: { phone } });
        await audit(tx, ctx, {
          ...{ action: 'clinic.phone-recorded', tenantId: id, subjectKind: 'clinic', subjectId: id },
          detail: { before, phone },
        });
        return tx.clinic.findUniqueOrThrow({ where: { id } });
      }),
  }),
);
