import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { RuleBlocked } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { quantityShape } from '#kernel/shared-inputs.ts';
import { administration } from '#rules/evaluate.ts';
import { isBlocked } from '#rules/results.ts';
import { actingPractitioner } from '../acting-practitioner.ts';
import { builder, type Ctx, graph, type Tx } from '../builder.ts';
import { Administration, VialKindEnum } from './administration.ts';
import { containerOf, lockUsed, usedOfLot } from './container.ts';
import { askSource, sourceOf, type ToldOfSource } from './given-from.ts';
import { lotUseHandOff } from './lot-use-hand-off.ts';

const RecordAdministrationInput = builder.inputType('RecordAdministrationInput', {
  description: 'Something given to a patient in the clinic: from its stock, or from a parcel that came for this patient.',
  fields: (t) => ({
    patientId: t.id({ required: true, description: 'The patient.' }),
    receiptId: t.id({ description: 'Of the clinic’s stock: the lot, as it came, from `officeStockReceipts`. This or `parcelId`.' }),
    parcelId: t.id({ description: 'Of the patient’s own order: the parcel it came in, `shipmentId` of `Order.parcels`.' }),
    lotNumber: t.string({ description: 'The lot, as on the label. Needed when a parcel has several.' }),
    vial: t.string({ required: true, description: 'Which container of the lot, as the clinic marks it: 1 to 40 characters.' }),
    vialKind: t.field({ type: VialKindEnum, required: true, description: 'What it is given from.' }),
    containerHolds: t.field({
      type: graph.QuantityInput,
      description:
        'What the container holds when it is full. Needed when something is first given from it; of a patient’s own order, the pharmacy’s presentation is taken when this is left out.',
    }),
    openedAt: t.field({
      type: 'DateTime',
      description: 'When the container was first opened. Left out: when something was first given from it, or now.',
    }),
    amount: t.field({ type: graph.QuantityInput, required: true, description: 'How much, in the unit in which it came.' }),
    site: t.string({ description: 'Where on the body: at most 120 characters.' }),
    administeredAt: t.field({ type: 'DateTime', required: true, description: 'When.' }),
  }),
  validate: z
    .object({
      vial: z.string().trim().min(1, 'Name the container.').max(40, 'A mark has at most 40 characters.'),
      amount: quantityShape,
      containerHolds: quantityShape.nullish(),
      lotNumber: z.string().trim().min(1, 'Name the lot.').max(60, 'A lot number has at most 60 characters.').nullish(),
      site: z.string().trim().min(1, 'Name the site.').max(120, 'A site has at most 120 characters.').nullish(),
    })
    .loose(),
});

type Entry = typeof RecordAdministrationInput.$inferInput;

async function record(tx: Tx, ctx: Ctx, input: Entry, told: ToldOfSource) {
  const administeredBy = actingPractitioner(ctx);
  const source = await sourceOf(tx, ctx, input, told);
  const used = await lockUsed(tx, source);
  const { openedAt: opened, container } = containerOf(input, source, used);
  const openedAt = opened ?? input.openedAt ?? input.administeredAt;
  const at = ctx.now();
  const results = administration(
    {
      ...{ givenAt: input.administeredAt.toISOString(), timeZone: told.timeZone, ...source.facts },
      ...{ vial: input.vialKind, openedAt: openedAt.toISOString(), amount: { value: input.amount.value, unit: input.amount.unit } },
      ...{ given: usedOfLot(used), container },
    },
    at.toISOString(),
  );
  if (isBlocked(results)) throw new RuleBlocked(results);
  const { clinicId, supplied } = source;
  const patientId = fromId('patient', input.patientId);
  const row = await tx.administration.create({
    data: {
      ...{ id: ctx.newId(), clinicId, patientId, ...source.columns, vial: container.mark, vialKind: input.vialKind, openedAt },
      ...{ suppliedValue: supplied?.value ?? null, suppliedUnit: supplied?.unit ?? null },
      ...{ holdsValue: container.holds?.value ?? null, holdsUnit: container.holds?.unit ?? null },
      ...{ amountValue: input.amount.value, amountUnit: input.amount.unit, site: input.site?.trim() ?? null },
      ...{ administeredBy, administeredAt: input.administeredAt, recordedAt: at, rules: JSON.parse(JSON.stringify(results)) },
    },
  });
  await audit(tx, ctx, {
    ...{ action: 'administration.recorded', tenantId: clinicId, subjectKind: 'administration', subjectId: row.id, patientId },
    detail: source.trail,
  });
  await ctx.handOff(tx, lotUseHandOff(source, { id: row.id, kind: 'GIVEN', amount: input.amount, at: input.administeredAt }));
  return row;
}

builder.mutationField('recordAdministration', (t) =>
  t.field({
    type: Administration,
    description:
      'Records what a clinician gave a patient in the clinic, from which container of which lot: of its stock, or of a parcel that came for this patient. Refused of a lot that is taken back or past its date on the clinic’s calendar, of a parcel that is not delivered or may not be used, of a container that has been open too long, of more than is left in it or of the lot, and while a hold stands.',
    authScopes: { may: 'administration:record' },
    args: { input: t.arg({ type: RecordAdministrationInput, required: true, description: 'What was given.' }) },
    errors: {},
    resolve: async (_root, args, ctx, info) => {
      const told = await askSource(ctx, args.input);
      return ctx.write({ info, args, answer: 'administration' }, (tx) => record(tx, ctx, args.input, told));
    },
  }),
);
