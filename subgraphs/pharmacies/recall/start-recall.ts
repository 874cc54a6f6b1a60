import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { NotFound } from '#kernel/errors.ts';
import { lotNumber } from '#kernel/identifiers-product.ts';
import { fromId } from '#kernel/ids.ts';
import { builder, type Tx } from '../builder.ts';
import { holdStanding } from '../facility/standing-lock.ts';
import { withdrawRecalled } from '../ingredient-source/withdraw-recalled.ts';
import { clinicsStocking } from '../office-stock/stocked.ts';
import { noticeClinics } from './notify-clinics.ts';
import { reached } from './reached.ts';
import { Recall, RecallClass } from './recall.ts';
import { lockRecalled } from './recalled-lots.ts';
import { tellOfRecall } from './recall-events.ts';

const MOST_LOTS = 100;

const isLotNumber = z.string().refine((text) => lotNumber(text) !== null, 'This is not a lot number.');

const IngredientLotInput = builder.inputType('IngredientLotInput', {
  description: 'A supplier’s lot of an ingredient.',
  fields: (t) => ({
    lotNumber: t.string({ required: true, description: 'The supplier’s number. Case and blanks do not matter.' }),
    unii: t.string({ description: 'Only of this ingredient, by its UNII. Left out: whatever bears the number.' }),
    supplier: t.string({ description: 'Only from this supplier, as the compounding records name it. Left out: from any.' }),
  }),
  validate: z
    .object({
      lotNumber: isLotNumber,
      unii: z
        .string()
        .regex(/^[0-9A-Z]{10}$/, 'A UNII is ten letters and digits.')
        .nullish(),
      supplier: z
        .string()
        .trim()
        .min(1, 'Name the supplier, or leave it out.')
        .max(120, 'A supplier has at most 120 characters.')
        .nullish(),
    })
    .loose(),
});

const Input = builder.inputType('StartRecallInput', {
  description: 'Lots to take back.',
  fields: (t) => ({
    pharmacyId: t.id({ required: true, description: 'The pharmacy that made them.' }),
    lotNumbers: t.stringList({ description: 'Their numbers. Case and blanks do not matter.' }),
    ingredientLots: t.field({
      type: [IngredientLotInput],
      description: 'Every lot made with one of these is taken back too, and no other may be made with it.',
    }),
    class: t.field({ type: RecallClass, required: true, description: 'How dangerous it is.' }),
    reason: t.string({ required: true, description: 'Why, in words for clinics.' }),
  }),
  validate: z
    .object({
      lotNumbers: z.array(isLotNumber).max(MOST_LOTS, `A recall names at most ${MOST_LOTS} lots.`).nullish(),
      ingredientLots: z.array(z.unknown()).max(MOST_LOTS, `A recall names at most ${MOST_LOTS} lots of ingredients.`).nullish(),
      reason: z.string().trim().min(3, 'Say why.').max(1_000, 'A reason has at most 1,000 characters.'),
    })
    .loose()
    .refine(({ lotNumbers, ingredientLots }) => (lotNumbers?.length ?? 0) + (ingredientLots?.length ?? 0) > 0, {
      path: ['lotNumbers'],
      message: 'Name at least one lot.',
    }),
});

async function clinicsReached(tx: Tx, recallId: string): Promise<string[]> {
  const clinics = await tx.$queryRawUnsafe<{ clinic_id: string }[]>(
    `select distinct clinic_id::text from (${reached}) as reached order by 1`,
    recallId,
  );
  return clinics.map(({ clinic_id: id }) => id);
}

builder.mutationField('startRecall', (t) =>
  t.field({
    description:
      'Takes lots back: nothing more is dispensed or shipped from them, every clinic concerned is told, and everyone who got some can be found.',
    type: Recall,
    authScopes: { may: 'recall:start' },
    args: { input: t.arg({ type: Input, required: true, description: 'The lots and the reason.' }) },
    errors: { types: [] },
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'recall' }, async (tx) => {
        const pharmacyId = fromId('pharmacy', args.input.pharmacyId);
        if (!ctx.actor.places('recall:start').includes(pharmacyId)) throw new NotFound();
        // What the facility stands by before its lots: every step of an order takes its locks in this order.
        if ((args.input.ingredientLots ?? []).length > 0) await holdStanding(tx, pharmacyId);
        // The lots first: whoever is dispensing from one has either committed, and is found below, or will see it recalled.
        const { lotIds, ingredients } = await lockRecalled(tx, pharmacyId, args.input.lotNumbers ?? [], args.input.ingredientLots ?? []);
        await tx.lot.updateMany({
          where: { id: { in: [...lotIds] }, status: { in: ['QUARANTINED', 'RELEASED'] } },
          data: { status: 'RECALLED', recalledAt: ctx.now() },
        });
        const recall = await tx.recall.create({
          data: {
            id: ctx.newId(),
            pharmacyId,
            class: args.input.class,
            reason: args.input.reason.trim(),
            status: 'OPEN',
            startedBy: ctx.actor.sub,
            startedAt: ctx.now(),
          },
        });
        await tx.recallLot.createMany({ data: lotIds.map((lotId) => ({ recallId: recall.id, lotId, pharmacyId })) });
        await tx.recalledComponent.createMany({
          data: ingredients.map((each) => ({ ...each, id: ctx.newId(), recallId: recall.id, pharmacyId })),
        });
        await withdrawRecalled(tx, ctx, pharmacyId, ingredients);
        // Late dispenses and office stock included: what left the pharmacy is found, whatever was answered.
        const stocking = await clinicsStocking(tx, pharmacyId, lotIds);
        const clinics = await noticeClinics(tx, ctx, recall, [...(await clinicsReached(tx, recall.id)), ...stocking]);
        await audit(tx, ctx, {
          action: 'recall.started',
          tenantId: pharmacyId,
          subjectKind: 'recall',
          subjectId: recall.id,
          detail: { class: recall.class, lotIds, ingredients: ingredients.length, clinics },
        });
        await tellOfRecall(tx, ctx, recall, 'STARTED');
        return recall;
      }),
  }),
);
