import Big from 'big.js';
import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { InvalidInput, type InputIssue, NotFound } from '#kernel/errors.ts';
import { lotNumber, ucumProblem } from '#kernel/identifiers-product.ts';
import { fromId } from '#kernel/ids.ts';
import { builder, type Ctx, type Tx } from '../builder.ts';
import { acknowledge } from './acknowledge-recall.ts';
import { balancesOf, counted, type LotBalance, unaccountedOf } from './balance.ts';
import { RecallDisposition } from './recall-disposition.ts';

const amount = z
  .string()
  .refine((text) => Number(text) >= 0 && Number(text) <= 1_000_000_000, 'An amount is zero or more, and at most a thousand million.');

const Input = builder.inputType('RecordRecallDispositionInput', {
  description:
    'Where what was sent for a clinic of one recalled lot is, every amount in one unit. What was given and thrown away is on record.',
  fields: (t) => ({
    recallId: t.id({ required: true, description: 'The recall.' }),
    clinicId: t.id({ required: true, description: 'The clinic that counted.' }),
    lotNumber: t.string({ required: true, description: 'The lot. Case and blanks do not matter.' }),
    unit: t.string({ required: true, description: 'The UCUM code that it was sent in.' }),
    returned: t.field({ type: 'Decimal', required: true, description: 'How much was sent back.' }),
    destroyed: t.field({ type: 'Decimal', required: true, description: 'How much was destroyed for the recall.' }),
    quarantined: t.field({ type: 'Decimal', required: true, description: 'How much is kept apart.' }),
    lost: t.field({ type: 'Decimal', required: true, description: 'How much was lost, on its way or in the clinic.' }),
    withPatients: t.field({ type: 'Decimal', required: true, description: 'How much patients took home, and used or keep.' }),
    explanation: t.string({ description: 'What is said of what is unaccounted for. Needed when something is.' }),
  }),
  validate: z
    .object({
      ...{ returned: amount, destroyed: amount, quarantined: amount, lost: amount, withPatients: amount },
      explanation: z.string().trim().min(10, 'Say what became of it.').max(1_000, 'At most 1,000 characters.').nullish(),
    })
    .loose(),
});

type Entry = typeof Input.$inferInput;

async function lotOf(tx: Tx, recallId: string, text: string): Promise<string> {
  const found = await tx.recallLot.findFirst({ where: { recallId, lot: { normalizedNumber: lotNumber(text) ?? '' } } });
  if (found === null) throw new InvalidInput([{ path: 'input.lotNumber', message: 'The recall is not of this lot.' }]);
  return found.lotId;
}

/** What was sent for the clinic, in the unit it is counted in. */
function sentTo(balances: readonly LotBalance[], lotId: string, unit: string): LotBalance {
  const own = balances.filter((one) => one.lotId === lotId && Number(one.sent) > 0);
  const balance = own.find((one) => one.unit === unit);
  if (own[0] === undefined) throw new InvalidInput([{ path: 'input.lotNumber', message: 'Nothing of this lot was sent for the clinic.' }]);
  if (balance === undefined)
    throw new InvalidInput([{ path: 'input.unit', message: `Of this lot ${own[0].unit} was sent, so it is counted in that.` }]);
  return balance;
}

/** What cannot be: more is there than was sent, or a difference without a word. */
function requireBalance(entry: Entry, { sent, given, wasted }: LotBalance): void {
  const issues: InputIssue[] = [];
  const said = counted.reduce<Big>((all, part) => all.plus(entry[part]), new Big(0));
  const difference = unaccountedOf({ ...entry, sent, given, wasted });
  if (difference.lt(0)) {
    const left = new Big(sent).minus(given).minus(wasted).toFixed();
    const record = `${sent} ${entry.unit} were sent, ${given} given and ${wasted} thrown away`;
    issues.push({ path: 'input.quarantined', message: `${record}: of the other ${left}, ${said.toFixed()} cannot be counted.` });
  } else if (difference.gt(0) && !entry.explanation)
    issues.push({
      path: 'input.explanation',
      message: `${difference.toFixed()} ${entry.unit} are unaccounted for: say what became of them.`,
    });
  if (issues.length > 0) throw new InvalidInput(issues);
}

async function record(tx: Tx, ctx: Ctx, entry: Entry) {
  const [recallId, clinicId] = [fromId('recall', entry.recallId), fromId('clinic', entry.clinicId)];
  if (!ctx.actor.places('recall:acknowledge').includes(clinicId)) throw new NotFound();
  const notice = await tx.recallNotice.findUnique({ where: { recallId_clinicId: { recallId, clinicId } } });
  if (notice === null) throw new NotFound();
  const problem = ucumProblem(entry.unit);
  if (problem !== null) throw new InvalidInput([{ path: 'input.unit', message: `A unit ${problem}.` }]);
  const lotId = await lotOf(tx, recallId, entry.lotNumber);
  const balance = sentTo(await balancesOf(tx, ctx, recallId, clinicId), lotId, entry.unit);
  requireBalance(entry, balance);
  const { unit, returned, destroyed, quarantined, lost, withPatients } = entry;
  const { sent, given, wasted } = balance;
  const row = await tx.recallDisposition.create({
    data: {
      ...{ id: ctx.newId(), recallId, lotId, pharmacyId: notice.pharmacyId, clinicId, unit, sent, given, wasted },
      ...{ returned, destroyed, quarantined, lost, withPatients, explanation: entry.explanation?.trim() || null },
      ...{ recordedBy: ctx.actor.sub, recordedAt: ctx.now() },
    },
  });
  await audit(tx, ctx, {
    ...{ action: 'recall.disposed', tenantId: clinicId, subjectKind: 'recall', subjectId: recallId },
    detail: { lotId, unaccounted: unaccountedOf(row).toFixed() },
  });
  await acknowledge(tx, ctx, notice);
  return row;
}

builder.mutationField('recordRecallDisposition', (t) =>
  t.field({
    description:
      'A clinic answers the notice of a recall with where its part of a lot is, also after the recall was closed; what was given and thrown away there is taken from the record. Says that the clinic knows, too. A later count replaces an earlier one and both are kept.',
    type: RecallDisposition,
    authScopes: { may: 'recall:acknowledge' },
    args: { input: t.arg({ type: Input, required: true, description: 'The count.' }) },
    errors: { types: [] },
    resolve: (_root, args, ctx, info) => ctx.write({ info, args, answer: 'recallDisposition' }, (tx) => record(tx, ctx, args.input)),
  }),
);
