import { audit } from '#kernel/audit.ts';
import { Forbidden, NotFound } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { actingPractitioner } from '../acting-practitioner.ts';
import { builder } from '../builder.ts';
import { Wastage } from './wastage.ts';

const ConfirmWastageInput = builder.inputType('ConfirmWastageInput', {
  description: 'Something thrown away that the caller saw.',
  fields: (t) => ({ wastageId: t.id({ required: true, description: 'The record that names the caller as its witness.' }) }),
});

builder.mutationField('confirmWastage', (t) =>
  t.field({
    type: Wastage,
    description: 'The witness says themselves that they saw something thrown away. Nobody else can; saying so again changes nothing.',
    authScopes: { may: 'administration:record' },
    args: { input: t.arg({ type: ConfirmWastageInput, required: true, description: 'What was seen.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'wastage' }, async (tx) => {
        const id = fromId('wastage', args.input.wastageId);
        const row = await tx.wastage.findFirst({ where: { id, clinicId: { in: [...ctx.actor.places('administration:record')] } } });
        if (row === null) throw new NotFound();
        if (row.witnessId !== actingPractitioner(ctx)) throw new Forbidden();
        const { count } = await tx.wastage.updateMany({ where: { id, witnessedAt: null }, data: { witnessedAt: ctx.now() } });
        if (count > 0)
          await audit(tx, ctx, {
            ...{ action: 'wastage.witnessed', tenantId: row.clinicId, subjectKind: 'wastage', subjectId: id },
            ...(row.patientId === null ? {} : { patientId: row.patientId }),
          });
        return tx.wastage.findUniqueOrThrow({ where: { id } });
      }),
  }),
);
