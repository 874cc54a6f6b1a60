import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { NotFound, RuleBlocked } from '#kernel/errors.ts';
import { fromId, toId, tryId } from '#kernel/ids.ts';
import { quantityShape } from '#kernel/shared-inputs.ts';
import type { AdministeringFacts } from '#rules/administering.ts';
import { administration } from '#rules/evaluate.ts';
import { isBlocked } from '#rules/results.ts';
import { actingPractitioner } from '../acting-practitioner.ts';
import { builder, type Ctx, graph, type Tx } from '../builder.ts';
import { dayText } from '../calendar-day.ts';
import { lotQuestion } from '../office-stock/stock-lots.ts';
import { Administration, VialKindEnum } from './administration.ts';

const RecordAdministrationInput = builder.inputType('RecordAdministrationInput', {
  description: 'Something given to a patient from the clinic’s stock.',
  fields: (t) => ({
    patientId: t.id({ required: true, description: 'The patient.' }),
    receiptId: t.id({ required: true, description: 'The lot, as it came: from `officeStockReceipts`.' }),
    vial: t.string({ required: true, description: 'Which container of the lot, as the clinic marks it: 1 to 40 characters.' }),
    vialKind: t.field({ type: VialKindEnum, required: true, description: 'What it is given from.' }),
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
      site: z.string().trim().min(1, 'Name the site.').max(120, 'A site has at most 120 characters.').nullish(),
    })
    .loose(),
});

type Entry = typeof RecordAdministrationInput.$inferInput;

function ownReceipt(db: Tx, ctx: Ctx, id: string) {
  return db.officeStockReceipt.findFirst({ where: { id, clinicId: { in: [...ctx.actor.places('administration:record')] } } });
}

/** The lot as its facility has it on record now; null when that could not be read. Never inside a transaction. */
async function askLot(ctx: Ctx, receiptId: string): Promise<AdministeringFacts['lot']> {
  const uuid = tryId('officeStockReceipt', receiptId);
  const receipt = uuid === null ? null : await ownReceipt(ctx.db, ctx, uuid);
  if (receipt === null) return null;
  const told = await ctx.graph.ask(lotQuestion, { pharmacyId: toId('pharmacy', receipt.pharmacyId), numbers: [receipt.lotNumber] });
  if (told === null) return null;
  return told.officeStockLotFacts.find(({ number }) => number === receipt.lotNumber) ?? 'not-on-record';
}

async function record(tx: Tx, ctx: Ctx, input: Entry, lot: AdministeringFacts['lot']) {
  const administeredBy = actingPractitioner(ctx);
  const receipt = await ownReceipt(tx, ctx, fromId('officeStockReceipt', input.receiptId));
  if (receipt === null) throw new NotFound();
  // The patient is one of the clinic that has the stock: it is not lent to another.
  const patient = await tx.patient.findFirst({ where: { id: fromId('patient', input.patientId), clinicId: receipt.clinicId } });
  if (patient === null) throw new NotFound();
  // One after the other: what is left is counted under this lock.
  await tx.$queryRawUnsafe('select pg_advisory_xact_lock(hashtextextended($1::text, 0))::text', receipt.id);
  const before = await tx.administration.findMany({ where: { receiptId: receipt.id }, orderBy: { administeredAt: 'asc' } });
  const vial = input.vial.trim();
  const opened = before.find((one) => one.vial === vial)?.openedAt ?? input.openedAt ?? input.administeredAt;
  const at = ctx.now();
  const results = administration(
    {
      givenAt: input.administeredAt.toISOString(),
      timeZone: null,
      beyondUseOn: dayText(receipt.beyondUseOn),
      lot,
      vial: input.vialKind,
      openedAt: opened.toISOString(),
      amount: { value: input.amount.value, unit: input.amount.unit },
      received: { value: receipt.quantityValue.toFixed(), unit: receipt.quantityUnit },
      given: before.map(({ amountValue, amountUnit }) => ({ value: amountValue.toFixed(), unit: amountUnit })),
    },
    at.toISOString(),
  );
  if (isBlocked(results)) throw new RuleBlocked(results);
  const { clinicId } = receipt;
  const row = await tx.administration.create({
    data: {
      ...{ id: ctx.newId(), clinicId, patientId: patient.id, receiptId: receipt.id, vial, vialKind: input.vialKind, openedAt: opened },
      ...{ amountValue: input.amount.value, amountUnit: input.amount.unit, site: input.site?.trim() ?? null },
      ...{ administeredBy, administeredAt: input.administeredAt, recordedAt: at, rules: JSON.parse(JSON.stringify(results)) },
    },
  });
  await audit(tx, ctx, {
    ...{ action: 'administration.recorded', tenantId: clinicId, subjectKind: 'administration', subjectId: row.id, patientId: patient.id },
    detail: { receiptId: toId('officeStockReceipt', receipt.id) },
  });
  return row;
}

builder.mutationField('recordAdministration', (t) =>
  t.field({
    type: Administration,
    description:
      'Records what a clinician gave a patient in the clinic, from which container of which lot of its stock. Refused of a lot that is taken back or past its date, of a container that has been open too long, and of more than is left.',
    authScopes: { may: 'administration:record' },
    args: { input: t.arg({ type: RecordAdministrationInput, required: true, description: 'What was given.' }) },
    errors: {},
    resolve: async (_root, args, ctx, info) => {
      const lot = await askLot(ctx, args.input.receiptId);
      return ctx.write({ info, args, answer: 'administration' }, (tx) => record(tx, ctx, args.input, lot));
    },
  }),
);
