import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { IllegalTransition, NotFound } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import type { IngredientSource as Source } from '#prisma/generated/pharmacies/client.ts';
import { builder, type Ctx, type Tx } from '../builder.ts';
import { line } from '../facility/plain-text.ts';
import { holdStanding } from '../facility/standing-lock.ts';
import { IngredientSource } from './ingredient-source.ts';

const Input = builder.inputType('WithdrawIngredientSourceInput', {
  description: 'A material that the facility no longer stands by.',
  fields: (t) => ({
    sourceId: t.id({ required: true, description: 'Its record.' }),
    reason: t.string({ required: true, description: 'Why, at most 500 characters.' }),
  }),
  validate: z.object({ reason: line('The reason', 500) }).loose(),
});

/** Writes that a record no longer counts. Its facility's standing is held. */
export async function withdraw(tx: Tx, ctx: Ctx, source: Source, reason: string): Promise<Source> {
  const { id: replacesId, pharmacyId, ...same } = source;
  const made = await tx.ingredientSource.create({
    data: {
      ...{ ...same, id: ctx.newId(), pharmacyId, replacesId, withdrawn: true, reason },
      ...{ recordedBy: ctx.actor.sub, recordedAt: ctx.now() },
    },
  });
  await audit(tx, ctx, {
    ...{ action: 'ingredient-source.withdrawn', tenantId: pharmacyId, subjectKind: 'ingredientSource', subjectId: replacesId },
    detail: { record: made.id, unii: source.unii },
  });
  return made;
}

builder.mutationField('withdrawIngredientSource', (t) =>
  t.field({
    description: 'Takes a material back. From then on no order is signed, sent or claimed on it. Answers the record that says so.',
    type: IngredientSource,
    authScopes: { may: 'formulation:record' },
    args: { input: t.arg({ type: Input, required: true, description: 'The record and the reason.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'ingredientSource' }, async (tx) => {
        const where = {
          id: fromId('ingredientSource', args.input.sourceId),
          pharmacyId: { in: [...ctx.actor.places('formulation:record')] },
        };
        const own = await tx.ingredientSource.findFirst({ where });
        if (own === null) throw new NotFound();
        await holdStanding(tx, own.pharmacyId);
        const { replacedBy, ...source } = await tx.ingredientSource.findUniqueOrThrow({
          where: { id: own.id },
          include: { replacedBy: true },
        });
        if (source.withdrawn || replacedBy !== null) throw new IllegalTransition('ENDED', 'WITHDRAWN');
        return withdraw(tx, ctx, source, args.input.reason.trim());
      }),
  }),
);
