import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { type InputIssue, InvalidInput, NotFound } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { isService } from '#rules/service-codes.ts';
import { builder } from '../builder.ts';
import { ExamVendorSecret, OutsideExamProvenance } from './exam-vendor.ts';
import { readMapping } from './mapping.ts';

const RegisterExamVendorInput = builder.inputType('RegisterExamVendorInput', {
  description: 'A vendor whose exams a clinic is to take.',
  fields: (t) => ({
    clinicId: t.id({ required: true, description: 'The clinic. Another clinic registers the vendor anew, with a secret of its own.' }),
    name: t.string({ required: true, description: 'Its name: 1 to 200 characters.' }),
    services: t.stringList({ required: true, description: 'Codes of the services it may report.' }),
    provenance: t.field({ type: OutsideExamProvenance, required: true, description: 'What its reports count as.' }),
    mapping: t.field({
      type: 'JSON',
      required: true,
      description:
        'Where our fields stand in its reports: { fields, constants, values, findings, answers }, as the README of this part describes.',
    }),
  }),
  validate: z.looseObject({
    name: z.string().trim().min(1, 'The name is missing.').max(200, 'A name has at most 200 characters.'),
    services: z.array(z.string().max(100, 'A code has at most 100 characters.')).min(1, 'Name a service.').max(20, 'At most 20 services.'),
  }),
});

builder.mutationField('registerExamVendor', (t) =>
  t.field({
    type: ExamVendorSecret,
    description:
      'A compliance officer lets a vendor report exams to a clinic. Whether such exams may be relied upon is the entity’s attestation of `gfe.outsideVerified` or `gfe.outsideAttested`, which this does not give.',
    authScopes: { may: 'exam-vendor:arrange' },
    args: { input: t.arg({ type: RegisterExamVendorInput, required: true, description: 'The vendor.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'examVendor' }, async (tx) => {
        ctx.requireStepUp();
        const { name, services, provenance } = args.input;
        const clinicId = fromId('clinic', args.input.clinicId);
        if (!ctx.actor.places('exam-vendor:arrange').includes(clinicId)) throw new NotFound();
        const mapping = readMapping(args.input.mapping, 'input.mapping');
        const issues = services.flatMap((code, index): InputIssue[] =>
          isService(code) ? [] : [{ path: `input.services.${index}`, message: 'is not the code of a service' }],
        );
        if (issues.length > 0) throw new InvalidInput(issues);
        const [id, at] = [ctx.newId(), ctx.now()];
        await audit(tx, ctx, {
          ...{ action: 'exam-vendor.registered', tenantId: clinicId, subjectKind: 'examVendor', subjectId: id },
          detail: { services, provenance },
        });
        return tx.examVendor.create({
          data: {
            ...{ id, clinicId, name: name.trim(), services: [...new Set(services)], provenance, mapping },
            ...{ status: 'ACTIVE', statusSince: at, registeredAt: at, registeredBy: ctx.actor.sub },
          },
        });
      }),
  }),
);
