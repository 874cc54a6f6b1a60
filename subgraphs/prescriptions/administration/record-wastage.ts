import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { InvalidInput, RuleBlocked } from '#kernel/errors.ts';
import { toId, tryId } from '#kernel/ids.ts';
import { quantityShape } from '#kernel/shared-inputs.ts';
import { isBlocked } from '#rules/results.ts';
import { wasting } from '#rules/wasting.ts';
import { actingPractitioner } from '../acting-practitioner.ts';
import { builder, type Ctx, graph, type Tx } from '../builder.ts';
import { containerOf, lockUsed, usedOfLot } from './container.ts';
import { askSource, sourceOf, type ToldOfSource } from './given-from.ts';
import { lotUseHandOff } from './lot-use-hand-off.ts';
import { Wastage, WastageReasonEnum } from './wastage.ts';

const RecordWastageInput = builder.inputType('RecordWastageInput', {
  description: 'Something of a container that was thrown away: of the clinic’s stock, or of a parcel that came for one patient.',
  fields: (t) => ({
    receiptId: t.id({ description: 'Of the clinic’s stock: the lot, as it came, from `officeStockReceipts`. This or `parcelId`.' }),
    parcelId: t.id({ description: 'Of a patient’s own order: the parcel it came in, `shipmentId` of `Order.parcels`.' }),
    lotNumber: t.string({ description: 'The lot, as on the label. Needed when a parcel has several.' }),
    vial: t.string({ required: true, description: 'Which container of the lot, as the clinic marks it: 1 to 40 characters.' }),
    containerHolds: t.field({
      type: graph.QuantityInput,
      description:
        'What the container holds when it is full. Needed where nothing is on record of it; of a patient’s own order, the pharmacy’s presentation is taken when this is left out.',
    }),
    amount: t.field({ type: graph.QuantityInput, required: true, description: 'How much, in the unit in which it came.' }),
    reason: t.field({ type: WastageReasonEnum, required: true, description: 'Why.' }),
    note: t.string({ description: 'Words about it, at most 300 characters; needed for OTHER.' }),
    wastedAt: t.field({ type: 'DateTime', required: true, description: 'When.' }),
    witnessId: t.id({
      description:
        'The practitioner of the clinic who saw it: another person. Needed of what is controlled, which is this deployment’s policy; they say so themselves with `confirmWastage`.',
    }),
  }),
  validate: z
    .object({
      vial: z.string().trim().min(1, 'Name the container.').max(40, 'A mark has at most 40 characters.'),
      amount: quantityShape,
      containerHolds: quantityShape.nullish(),
      lotNumber: z.string().trim().min(1, 'Name the lot.').max(60, 'A lot number has at most 60 characters.').nullish(),
      reason: z.string(),
      note: z.string().trim().max(300, 'A note has at most 300 characters.').nullish(),
    })
    .loose()
    .refine(({ reason, note }) => reason !== 'OTHER' || (note ?? '') !== '', { path: ['note'], message: 'Say why.' }),
});

type Entry = typeof RecordWastageInput.$inferInput;

/** Whoever may be a witness gives in this clinic themselves. */
const witnessRoles = ['EXAMINER', 'PRESCRIBER', 'MEDICAL_DIRECTOR'];

async function witnessOf(tx: Tx, clinicId: string, wastedBy: string, witnessId: string | null | undefined): Promise<string | null> {
  if (witnessId == null) return null;
  const wrong = (message: string) => new InvalidInput([{ path: 'input.witnessId', message }]);
  const stored = tryId('practitioner', witnessId);
  if (stored === null) throw wrong('This is no id of a practitioner.');
  if (stored === wastedBy) throw wrong('A witness is another person than who threw it away.');
  const clinic = await tx.tenancyClinic.findUnique({ where: { clinicId } });
  const places = [toId('clinic', clinicId), ...(clinic === null ? [] : [toId('entity', clinic.entityId)])];
  const member = await tx.tenancyMembership.findFirst({ where: { sub: witnessId, role: { in: witnessRoles }, at: { in: places } } });
  if (member === null) throw wrong('They are no practitioner of this clinic or its entity.');
  return stored;
}

async function record(tx: Tx, ctx: Ctx, input: Entry, told: ToldOfSource) {
  const wastedBy = actingPractitioner(ctx);
  const source = await sourceOf(tx, ctx, input, told);
  const witnessId = await witnessOf(tx, source.clinicId, wastedBy, input.witnessId);
  const used = await lockUsed(tx, source);
  const { container } = containerOf(input, source, used);
  const { parcel, received } = source.facts;
  const at = ctx.now();
  const results = wasting(
    {
      ...{ wastedAt: input.wastedAt.toISOString(), amount: { value: input.amount.value, unit: input.amount.unit } },
      ...(source.ownerId === null ? {} : { parcel: parcel ?? null }),
      ...{ received, given: usedOfLot(used), container, controlled: source.controlled, witnessed: witnessId !== null },
    },
    at.toISOString(),
  );
  if (isBlocked(results) || container.holds === null) throw new RuleBlocked(results);
  const { clinicId, ownerId, supplied, columns, trail } = source;
  const row = await tx.wastage.create({
    data: {
      ...{ id: ctx.newId(), clinicId, patientId: ownerId, ...columns, vial: container.mark },
      ...{ suppliedValue: supplied?.value ?? null, suppliedUnit: supplied?.unit ?? null },
      ...{ holdsValue: container.holds.value, holdsUnit: container.holds.unit },
      ...{ amountValue: input.amount.value, amountUnit: input.amount.unit, reason: input.reason, note: input.note?.trim() || null },
      ...{ controlled: source.controlled.length > 0, wastedBy, wastedAt: input.wastedAt, witnessId, recordedAt: at },
      rules: JSON.parse(JSON.stringify(results)),
    },
  });
  await audit(tx, ctx, {
    ...{ action: 'wastage.recorded', tenantId: clinicId, subjectKind: 'wastage', subjectId: row.id },
    ...(ownerId === null ? {} : { patientId: ownerId }),
    detail: { ...trail, reason: input.reason, controlled: row.controlled, witnessId: input.witnessId ?? null },
  });
  await ctx.handOff(tx, lotUseHandOff(source, { id: row.id, kind: 'WASTED', amount: input.amount, at: input.wastedAt }));
  return row;
}

builder.mutationField('recordWastage', (t) =>
  t.field({
    type: Wastage,
    description:
      'Records what a clinician threw away of a container, also of a lot that is taken back or past its date: then less is left of it. Refused of more than is left in the container or of the lot, of a parcel that has not come, and of something controlled without a witness.',
    authScopes: { may: 'administration:record' },
    args: { input: t.arg({ type: RecordWastageInput, required: true, description: 'What was thrown away.' }) },
    errors: {},
    resolve: async (_root, args, ctx, info) => {
      const told = await askSource(ctx, args.input);
      return ctx.write({ info, args, answer: 'wastage' }, (tx) => record(tx, ctx, args.input, told));
    },
  }),
);
