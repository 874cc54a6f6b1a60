import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { IllegalTransition, type InputIssue, InvalidInput, NotFound } from '#kernel/errors.ts';
import { feiProblem } from '#kernel/identifiers.ts';
import { lotNumber } from '#kernel/identifiers-product.ts';
import { fromId } from '#kernel/ids.ts';
import { addMonths } from '#rules/dates.ts';
import { builder, type Ctx, type Tx } from '../builder.ts';
import { dayOf, storedDay } from '../calendar-day.ts';
import { ownPharmacy } from '../facility/own-pharmacy.ts';
import { line, lineOrNone } from '../facility/plain-text.ts';
import { holdStanding } from '../facility/standing-lock.ts';
import { recalledAmong } from '../recall/recalled-lots.ts';
import { IngredientSource, MaterialGrade } from './ingredient-source.ts';
import { inForce } from './standing-sources.ts';

/** Suppliers retest a material after five years at the latest. Ours, not law. */
const LONGEST_MONTHS = 60;

const Input = builder.inputType('RecordIngredientSourceInput', {
  description: 'A supplier’s lot of an ingredient, as a pharmacist attests it.',
  fields: (t) => ({
    pharmacyId: t.id({ required: true, description: 'The facility that compounds with it.' }),
    name: t.string({ required: true, description: 'The ingredient, as formulas name it.' }),
    unii: t.string({ description: 'FDA’s code of the substance: of the very salt. Left out for one that has none.' }),
    supplier: t.string({ required: true, description: 'Whose it is, at most 120 characters.' }),
    establishment: t.string({
      required: true,
      description: 'FDA establishment identifier (FEI) under which whoever made it is registered (21 USC 353a(b)(1)(A)(ii)).',
    }),
    lotNumber: t.string({ required: true, description: 'The supplier’s lot number. Case and blanks do not matter.' }),
    grade: t.field({ type: MaterialGrade, required: true, description: 'Its grade.' }),
    sterileSuitable: t.boolean({ required: true, description: 'Whether it is suitable for sterile compounding.' }),
    certificate: t.string({ description: 'Number of its certificate of analysis, at most 120 characters; left out without one.' }),
    certificateDigest: t.string({ description: 'SHA-256 of the certificate that was seen, in hexadecimal. Asked with a certificate.' }),
    certifiedOn: t.field({ type: 'Date', description: 'The day of the certificate. Asked with a certificate.' }),
    goodUntil: t.field({ type: 'Date', required: true, description: 'The last day on which you stand by it: its expiry or retest date.' }),
    replacesId: t.id({ description: 'The record of the same material that this one takes the place of.' }),
    reason: t.string({ description: 'Why it does, at most 500 characters. Asked with `replacesId`.' }),
  }),
  validate: z
    .object({
      name: line('The name', 200),
      unii: z
        .string()
        .regex(/^[0-9A-Z]{10}$/, 'A UNII is ten capital letters and digits.')
        .nullish(),
      supplier: line('The supplier', 120),
      lotNumber: z
        .string()
        .refine((text) => lotNumber(text) !== null, 'A lot number is up to 40 letters, digits and . / _ - between them.'),
      certificate: lineOrNone('The certificate', 120),
      certificateDigest: z
        .string()
        .regex(/^[0-9a-f]{64}$/, 'A SHA-256 digest is 64 hexadecimal digits in lower case.')
        .nullish(),
      reason: lineOrNone('The reason', 500),
    })
    .loose(),
});

type Told = typeof Input.$inferInput;

function issuesOf(told: Told, today: string): InputIssue[] {
  const issues: InputIssue[] = [];
  const add = (field: keyof Told, message: string) => issues.push({ path: `input.${field}`, message });
  const { establishment, certificate, certificateDigest, certifiedOn, goodUntil, replacesId, reason } = told;
  const problem = feiProblem(establishment.trim());
  if (problem !== null) add('establishment', problem);
  if (certificate == null && (certificateDigest != null || certifiedOn != null)) add('certificate', 'Which certificate is it?');
  if (certificate != null && certificateDigest == null) add('certificateDigest', 'Give the digest of the certificate that was seen.');
  if (certificate != null && certifiedOn == null) add('certifiedOn', 'Give the day of the certificate.');
  if (certifiedOn != null && certifiedOn > today) add('certifiedOn', 'A certificate is not of a day to come.');
  if (goodUntil < today) add('goodUntil', 'That day is over.');
  if (goodUntil > addMonths(today, LONGEST_MONTHS)) add('goodUntil', `At most ${LONGEST_MONTHS} months ahead.`);
  if (replacesId != null && reason == null) add('reason', 'Say why the record before no longer counts.');
  if (replacesId == null && reason != null) add('replacesId', 'Which record is it that no longer counts?');
  return issues;
}

const isOf = (told: Pick<Told, 'name' | 'unii'>, { name, unii }: { readonly name: string; readonly unii: string | null }): boolean =>
  told.unii != null || unii !== null ? told.unii === unii : told.name.trim().toLowerCase() === name.toLowerCase();

/** What the new record ends, locked: by the id that is given, or null. Throws where that has ended already or is of another ingredient. */
async function replacedBy(tx: Tx, pharmacyId: string, told: Told) {
  if (told.replacesId == null) return null;
  const id = fromId('ingredientSource', told.replacesId);
  const before = await tx.ingredientSource.findFirst({ where: { id, pharmacyId }, include: { replacedBy: true } });
  if (before === null) throw new NotFound();
  if (before.withdrawn || before.replacedBy !== null) throw new IllegalTransition('ENDED', 'REPLACED');
  if (!isOf(told, before)) throw new InvalidInput([{ path: 'input.replacesId', message: `That is a record of ${before.name}.` }]);
  return before;
}

/** Throws where the lot is recalled, or on record already: two records of one lot would say two things of it. */
async function requireNew(tx: Tx, pharmacyId: string, told: Told, replaced: { readonly id: string } | null): Promise<void> {
  const refuse = (message: string) => new InvalidInput([{ path: 'input.lotNumber', message }]);
  if ((await recalledAmong(tx, pharmacyId, [told])).includes(true)) throw refuse('This lot of the ingredient is recalled: use another.');
  const same = await tx.ingredientSource.findMany({ where: { ...inForce, pharmacyId, normalizedNumber: lotNumber(told.lotNumber) ?? '' } });
  const supplier = told.supplier.trim().toLowerCase();
  const known = same.find((row) => row.id !== replaced?.id && isOf(told, row) && row.supplier.toLowerCase() === supplier);
  if (known) throw refuse('This lot is on record: name that record in `replacesId`, or withdraw it.');
}

async function record(tx: Tx, ctx: Ctx, told: Told) {
  const pharmacyId = ownPharmacy(ctx, told.pharmacyId, 'formulation:record');
  const issues = issuesOf(told, dayOf(ctx.now()));
  if (issues.length > 0) throw new InvalidInput(issues);
  await holdStanding(tx, pharmacyId);
  const replaced = await replacedBy(tx, pharmacyId, told);
  await requireNew(tx, pharmacyId, told, replaced);
  const { unii, grade, sterileSuitable, certifiedOn, goodUntil } = told;
  const made = await tx.ingredientSource.create({
    data: {
      ...{ id: ctx.newId(), pharmacyId, name: told.name.trim(), unii: unii ?? null, supplier: told.supplier.trim() },
      ...{ establishment: told.establishment.trim(), lotNumber: told.lotNumber.trim(), normalizedNumber: lotNumber(told.lotNumber) ?? '' },
      ...{ grade, sterileSuitable, certificate: told.certificate?.trim() ?? null, certificateDigest: told.certificateDigest ?? null },
      ...{ certifiedOn: certifiedOn == null ? null : storedDay(certifiedOn), goodUntil: storedDay(goodUntil) },
      ...{ replacesId: replaced?.id ?? null, withdrawn: false, reason: told.reason?.trim() ?? null },
      ...{ recordedBy: ctx.actor.sub, recordedAt: ctx.now() },
    },
  });
  await audit(tx, ctx, {
    ...{ action: 'ingredient-source.recorded', tenantId: pharmacyId, subjectKind: 'ingredientSource', subjectId: made.id },
    detail: { unii: unii ?? null, grade, goodUntil, digest: told.certificateDigest ?? null, replaces: replaced?.id ?? null },
  });
  return made;
}

builder.mutationField('recordIngredientSource', (t) =>
  t.field({
    description:
      'Attests a supplier’s lot of an ingredient: its grade, its certificate, who made it. Orders whose ingredient stands under conditions on the material pass while every such record of it that counts meets them.',
    type: IngredientSource,
    authScopes: { may: 'formulation:record' },
    args: { input: t.arg({ type: Input, required: true, description: 'The material.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'ingredientSource' }, (tx) => {
        ctx.requireStepUp();
        return record(tx, ctx, args.input);
      }),
  }),
);
