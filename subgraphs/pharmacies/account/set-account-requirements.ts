import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { InvalidInput } from '#kernel/errors.ts';
import { builder } from '../builder.ts';
import { ownPharmacy } from '../facility/own-pharmacy.ts';
import { line } from '../facility/plain-text.ts';
import { Pharmacy } from '../pharmacy/pharmacy.ts';

const MOST = 30;

const RequirementInput = builder.inputType('AccountRequirementInput', {
  description: 'Something a clinic is asked for.',
  fields: (t) => ({
    code: t.string({ required: true, description: 'Capitals, digits and _: CLINIC_LICENSE.' }),
    text: t.string({ required: true, description: 'What is asked for, at most 500 characters.' }),
    required: t.boolean({ defaultValue: true, description: 'Whether an application without it is refused.' }),
  }),
  validate: z
    .object({
      code: z.string().regex(/^[A-Z][A-Z0-9_]{1,39}$/, 'A code has capitals, digits and _, at most 40.'),
      text: line('What is asked', 500),
    })
    .loose(),
});

const Input = builder.inputType('SetAccountRequirementsInput', {
  description: 'All that a pharmacy asks a clinic for.',
  fields: (t) => ({
    pharmacyId: t.id({ required: true, description: 'The pharmacy.' }),
    requirements: t.field({ type: [RequirementInput], required: true, description: 'All of them: what is left out is no longer asked.' }),
  }),
  validate: z.object({ requirements: z.array(z.unknown()).max(MOST, `At most ${MOST} requirements.`) }).loose(),
});

builder.mutationField('setAccountRequirements', (t) =>
  t.field({
    description: 'Says what a pharmacy asks a clinic for before it opens an account. Applications made before are not touched.',
    type: Pharmacy,
    authScopes: { may: 'account:decide' },
    args: { input: t.arg({ type: Input, required: true, description: 'The requirements.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'pharmacy' }, async (tx) => {
        const pharmacyId = ownPharmacy(ctx, args.input.pharmacyId, 'account:decide');
        const { requirements } = args.input;
        const twice = requirements.findIndex(({ code }, index) => requirements.findIndex((one) => one.code === code) !== index);
        if (twice >= 0) throw new InvalidInput([{ path: `input.requirements.${twice}.code`, message: 'This code is there twice.' }]);
        await tx.$queryRawUnsafe(`select pg_advisory_xact_lock(hashtextextended('requirements:' || $1, 0))::text`, pharmacyId);
        await tx.accountRequirement.updateMany({ where: { pharmacyId, endedAt: null }, data: { endedAt: ctx.now() } });
        await tx.accountRequirement.createMany({
          data: requirements.map(({ code, text, required }) => ({
            ...{ id: ctx.newId(), pharmacyId, code, text: text.trim(), required: required ?? true, setBy: ctx.actor.sub, setAt: ctx.now() },
          })),
        });
        await audit(tx, ctx, {
          ...{ action: 'account-requirements.set', tenantId: pharmacyId, subjectKind: 'pharmacy', subjectId: pharmacyId },
          detail: { codes: requirements.map(({ code }) => code) },
        });
        return tx.pharmacy.findUniqueOrThrow({ where: { id: pharmacyId } });
      }),
  }),
);
