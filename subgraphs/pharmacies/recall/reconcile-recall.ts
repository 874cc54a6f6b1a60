import Big from 'big.js';
import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { IllegalTransition, InvalidInput, type InputIssue, NotFound } from '#kernel/errors.ts';
import { lotNumber, ucumProblem } from '#kernel/identifiers-product.ts';
import { fromId } from '#kernel/ids.ts';
import type { Lot } from '#prisma/generated/pharmacies/client.ts';
import { builder, type Ctx, type Tx } from '../builder.ts';
import { RecallReconciliation, unaccounted } from './reconciliation.ts';

const amount = z
  .string()
  .refine((text) => Number(text) >= 0 && Number(text) <= 1_000_000_000, 'An amount is zero or more, and at most a thousand million.');

const Input = builder.inputType('ReconcileRecallInput', {
  description: 'A count of one recalled lot, every amount in one unit.',
  fields: (t) => ({
    recallId: t.id({ required: true, description: 'The recall.' }),
    lotNumber: t.string({ required: true, description: 'The lot. Case and blanks do not matter.' }),
    unit: t.string({ required: true, description: 'The UCUM code that the lot is dispensed in.' }),
    made: t.field({ type: 'Decimal', required: true, description: 'How much was made. Where a compounding record has the yield, that.' }),
    returned: t.field({ type: 'Decimal', required: true, description: 'How much of what was dispensed came back.' }),
    destroyed: t.field({ type: 'Decimal', required: true, description: 'How much was destroyed.' }),
    held: t.field({ type: 'Decimal', required: true, description: 'How much is kept apart.' }),
    explanation: t.string({ description: 'What is said of what is unaccounted for. Needed when something is.' }),
  }),
  validate: z
    .object({
      ...{ made: amount, returned: amount, destroyed: amount, held: amount },
      explanation: z.string().trim().min(10, 'Say what became of it.').max(1_000, 'At most 1,000 characters.').nullish(),
    })
    .loose(),
});

type Entry = typeof Input.$inferInput;

async function lotOf(tx: Tx, recallId: string, { lotNumber: text }: Entry) {
  const normalizedNumber = lotNumber(text) ?? '';
  const found = await tx.recallLot.findFirst({
    where: { recallId, lot: { normalizedNumber } },
    include: { lot: { include: { compounding: true } } },
  });
  if (found === null) throw new InvalidInput([{ path: 'input.lotNumber', message: 'The recall is not of this lot.' }]);
  return found.lot;
}

/** What left of a lot: dispensed, sent in place of what was lost, supplied as office stock. */
async function dispensedOf(tx: Tx, { id: lotId, pharmacyId, normalizedNumber }: Lot, unit: string): Promise<Big> {
  const amounts = { by: ['quantityUnit' as const], _sum: { quantityValue: true as const } };
  const sums = [
    ...(await tx.dispense.groupBy({ ...amounts, where: { lotId } })),
    ...(await tx.shipment.groupBy({ ...amounts, where: { lotId } })),
    ...(await tx.officeStockSupply.groupBy({ ...amounts, where: { pharmacyId, normalizedNumber } })),
  ];
  const other = sums.find((sum) => sum.quantityUnit !== unit);
  if (other)
    throw new InvalidInput([{ path: 'input.unit', message: `Of this lot ${other.quantityUnit} was dispensed, so it is counted in that.` }]);
  return sums.reduce<Big>((all, sum) => all.plus(sum._sum.quantityValue?.toString() ?? 0), new Big(0));
}

/** What cannot be: more came back than left, more is there than was made, a yield other than the record's, or a difference without a word. */
function requireBalance(entry: Entry, dispensed: Big, made: { readonly value: string; readonly unit: string } | null): void {
  const issues: InputIssue[] = [];
  const wrong = (field: string, message: string) => issues.push({ path: `input.${field}`, message });
  const difference = unaccounted({ ...entry, dispensed });
  if (made !== null && made.unit === entry.unit && !new Big(made.value).eq(entry.made))
    wrong('made', `The compounding record says that ${made.value} ${made.unit} were made.`);
  if (dispensed.gt(entry.made)) wrong('made', `${dispensed.toFixed()} ${entry.unit} were dispensed: more than that must have been made.`);
  else if (new Big(entry.returned).gt(dispensed)) wrong('returned', `Only ${dispensed.toFixed()} ${entry.unit} were dispensed.`);
  else if (difference.lt(0)) wrong('held', `That is ${difference.abs().toFixed()} ${entry.unit} more than can be there.`);
  else if (difference.gt(0) && !entry.explanation)
    wrong('explanation', `${difference.toFixed()} ${entry.unit} are unaccounted for: say what became of them.`);
  if (issues.length > 0) throw new InvalidInput(issues);
}

async function record(tx: Tx, ctx: Ctx, entry: Entry) {
  const recallId = fromId('recall', entry.recallId);
  const recall = await tx.recall.findFirst({ where: { id: recallId, pharmacyId: { in: [...ctx.actor.places('recall:close')] } } });
  if (recall === null) throw new NotFound();
  if (recall.status !== 'OPEN') throw new IllegalTransition(recall.status, 'RECONCILED');
  const problem = ucumProblem(entry.unit);
  if (problem !== null) throw new InvalidInput([{ path: 'input.unit', message: `A unit ${problem}.` }]);
  const lot = await lotOf(tx, recallId, entry);
  const dispensed = await dispensedOf(tx, lot, entry.unit);
  const record = lot.compounding;
  requireBalance(entry, dispensed, record && { value: record.yieldValue.toFixed(), unit: record.yieldUnit });
  const { made, returned, destroyed, held, unit } = entry;
  const row = await tx.recallReconciliation.create({
    data: {
      ...{ id: ctx.newId(), recallId, lotId: lot.id, pharmacyId: recall.pharmacyId, unit, made, returned, destroyed, held },
      ...{ dispensed: dispensed.toFixed(), explanation: entry.explanation?.trim() || null },
      ...{ recordedBy: ctx.actor.sub, recordedAt: ctx.now() },
    },
  });
  await audit(tx, ctx, {
    ...{ action: 'recall.reconciled', tenantId: recall.pharmacyId, subjectKind: 'recall', subjectId: recallId },
    detail: { lotId: lot.id, unaccounted: unaccounted(row).toFixed() },
  });
  return row;
}

builder.mutationField('reconcileRecall', (t) =>
  t.field({
    description:
      'The pharmacy counts a recalled lot: made, returned, destroyed, held; what was dispensed is on record. What is unaccounted for needs a word. A later count replaces an earlier one and both are kept.',
    type: RecallReconciliation,
    authScopes: { may: 'recall:close' },
    args: { input: t.arg({ type: Input, required: true, description: 'The count.' }) },
    errors: { types: [] },
    resolve: (_root, args, ctx, info) => ctx.write({ info, args, answer: 'recallReconciliation' }, (tx) => record(tx, ctx, args.input)),
  }),
);
