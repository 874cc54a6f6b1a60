import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { InvalidInput, NotFound } from '#kernel/errors.ts';
import { lotNumber } from '#kernel/identifiers-product.ts';
import { fromId } from '#kernel/ids.ts';
import { builder, type Ctx, type Tx } from '../builder.ts';
import { Recall, RecallClass } from './recall.ts';

const MOST_LOTS = 100;

const Input = builder.inputType('StartRecallInput', {
  description: 'Lots to take back.',
  fields: (t) => ({
    pharmacyId: t.id({ required: true, description: 'The pharmacy that made them.' }),
    lotNumbers: t.stringList({ required: true, description: 'Their numbers. Case and blanks do not matter.' }),
    class: t.field({ type: RecallClass, required: true, description: 'How dangerous it is.' }),
    reason: t.string({ required: true, description: 'Why, in words for clinics.' }),
  }),
  validate: z
    .object({
      lotNumbers: z
        .array(z.string().refine((text) => lotNumber(text) !== null, 'This is not a lot number.'))
        .min(1, 'Name at least one lot.')
        .max(MOST_LOTS, `A recall names at most ${MOST_LOTS} lots.`),
      reason: z.string().trim().min(3, 'Say why.').max(1_000, 'A reason has at most 1,000 characters.'),
    })
    .loose(),
});

/** Locks the lots against dispenses and shipments, in one order for everybody. Every one must be known: a typing error must not recall less. */
async function lockLots(tx: Tx, pharmacyId: string, numbers: readonly string[]): Promise<{ id: string }[]> {
  const wanted = numbers.map((number) => lotNumber(number));
  const lots = await tx.$queryRawUnsafe<{ id: string; normalized_number: string }[]>(
    'select id::text, normalized_number from lot where pharmacy_id = $1::uuid and normalized_number = any ($2::text[]) order by id for update',
    pharmacyId,
    wanted,
  );
  const known = new Set(lots.map((lot) => lot.normalized_number));
  const issues = wanted.flatMap((number, index) =>
    number !== null && known.has(number) ? [] : [{ path: `input.lotNumbers.${index}`, message: `No lot ${numbers[index]} is on record.` }],
  );
  if (issues.length > 0) throw new InvalidInput(issues);
  return lots;
}

/** Tells every clinic whose patients got something, late dispenses included. */
async function notifyClinics(tx: Tx, ctx: Ctx, recallId: string, pharmacyId: string, lotIds: readonly string[]): Promise<number> {
  const clinics = await tx.$queryRawUnsafe<{ clinic_id: string }[]>(
    `select clinic_id::text from dispense where lot_id = any ($1::uuid[]) union select clinic_id::text from incident where lot_id = any ($1::uuid[]) order by 1`,
    lotIds,
  );
  await tx.recallNotice.createMany({
    data: clinics.map(({ clinic_id: clinicId }) => ({
      id: ctx.newId(),
      recallId,
      pharmacyId,
      clinicId,
      status: 'SENT',
      sentAt: ctx.now(),
    })),
  });
  for (const { clinic_id: tenantId } of clinics) {
    await audit(tx, ctx, { action: 'recall.noticed', tenantId, subjectKind: 'recall', subjectId: recallId, detail: { pharmacyId } });
  }
  return clinics.length;
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
        // The lots first: whoever is dispensing from one has either committed, and is found below, or will see it recalled.
        const lots = await lockLots(tx, pharmacyId, args.input.lotNumbers);
        const lotIds = lots.map((lot) => lot.id);
        await tx.lot.updateMany({
          where: { id: { in: lotIds }, status: { in: ['QUARANTINED', 'RELEASED'] } },
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
        const clinics = await notifyClinics(tx, ctx, recall.id, pharmacyId, lotIds);
        await audit(tx, ctx, {
          action: 'recall.started',
          tenantId: pharmacyId,
          subjectKind: 'recall',
          subjectId: recall.id,
          detail: { class: recall.class, lotIds, clinics },
        });
        return recall;
      }),
  }),
);
