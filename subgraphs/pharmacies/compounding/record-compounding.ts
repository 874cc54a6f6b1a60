import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { InvalidInput, NotFound, RuleBlocked } from '#kernel/errors.ts';
import { lotNumber, ucumProblem } from '#kernel/identifiers-product.ts';
import { fromId } from '#kernel/ids.ts';
import { quantityShape } from '#kernel/shared-inputs.ts';
import type { LotCompoundingFacts } from '#rules/compounding.ts';
import { lotCompounding } from '#rules/evaluate.ts';
import { library } from '#rules/packs.ts';
import { isBlocked, type RuleResult } from '#rules/results.ts';
import { builder, type Ctx, graph, type Tx } from '../builder.ts';
import { dayOf, storedDay } from '../calendar-day.ts';
import { shareStanding } from '../facility/standing-lock.ts';
import { refuseEndedSources } from '../ingredient-source/refuse-ended.ts';
import { refuseRecalledIngredients } from '../recall/recalled-lots.ts';
import { CompoundingRecord } from './compounding-record.ts';
import type { PlannedComponent, QualityControl } from './formulation.ts';

const words = (what: string, longest: number) =>
  z.string().trim().min(1, `${what} is missing.`).max(longest, `${what} has at most ${longest} characters.`);
const isLotNumber = z
  .string()
  .refine((text) => lotNumber(text) !== null, 'A lot number is up to 40 letters, digits and . / _ - between them.');
const ucum = quantityShape.refine(({ unit }) => ucumProblem(unit) === null, 'The unit is no UCUM code that compounding uses.');

const ComponentInput = builder.inputType('LotComponentInput', {
  description: 'One component that went into a lot, from one lot of its supplier. A component of two lots is given twice.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'Its name, as the formulation has it.' }),
    unii: t.string({ description: 'FDA’s code of the substance.' }),
    supplier: t.string({ required: true, description: 'Whose it was.' }),
    lotNumber: t.string({ required: true, description: 'The supplier’s lot number. Case and blanks do not matter.' }),
    expiresOn: t.field({ type: 'Date', required: true, description: 'The last day its supplier stands for.' }),
    amount: t.field({ type: graph.QuantityInput, required: true, description: 'How much of it went in.' }),
  }),
});

const QualityInput = builder.inputType('QualityResultInput', {
  description: 'One quality control as it came out.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'What was looked at, as the formulation has it.' }),
    result: t.string({ required: true, description: 'What was found.' }),
    passed: t.boolean({ required: true, description: 'Whether it is what must be found.' }),
  }),
});

const Input = builder.inputType('RecordCompoundingInput', {
  description: 'How a lot was made.',
  fields: (t) => ({
    formulationId: t.id({ required: true, description: 'How it was to be made: the version in force.' }),
    lotNumber: t.string({ required: true, description: 'The number of the lot: one that was not used before.' }),
    compoundedAt: t.field({ type: 'DateTime', required: true, description: 'When it was made.' }),
    beyondUseDate: t.field({ type: 'Date', description: 'The last day on which it may be used. This or `beyondUseAt`.' }),
    beyondUseAt: t.field({ type: 'DateTime', description: 'The last moment at which it may be used, where hours count.' }),
    components: t.field({ type: [ComponentInput], required: true, description: 'What went in.' }),
    yield: t.field({ type: graph.QuantityInput, required: true, description: 'What came out of it.' }),
    quality: t.field({ type: [QualityInput], required: true, description: 'Each quality control of the formulation.' }),
  }),
  validate: z
    .object({
      lotNumber: isLotNumber,
      components: z
        .array(
          z
            .object({
              name: words('A name', 200),
              unii: z
                .string()
                .regex(/^[0-9A-Z]{10}$/, 'A UNII is ten capital letters and digits.')
                .nullish(),
              supplier: words('A supplier', 200),
              lotNumber: isLotNumber,
              amount: ucum,
            })
            .loose(),
        )
        .min(1, 'Name at least one component.')
        .max(100, 'A record has at most 100 components.'),
      yield: ucum,
      quality: z.array(z.object({ name: words('A name', 120), result: words('A result', 500) }).loose()).max(30, 'At most 30 controls.'),
    })
    .loose()
    .refine((input) => (input['beyondUseDate'] == null) !== (input['beyondUseAt'] == null), {
      path: ['beyondUseDate'],
      message: 'Give either the day or, where hours count, the moment.',
    }),
});

type Entry = typeof Input.$inferInput;
type Formulation = Awaited<ReturnType<typeof ownFormulation>>;

async function ownFormulation(tx: Tx, id: string, places: readonly string[]) {
  const row = await tx.masterFormulation.findFirst({
    where: { id, pharmacyId: { in: [...places] } },
    include: { item: { include: { formula: true } }, pharmacy: true },
  });
  if (!row) throw new NotFound();
  const newer = await tx.masterFormulation.findFirst({ where: { formularyItemId: row.formularyItemId, version: { gt: row.version } } });
  if (newer)
    throw new InvalidInput([{ path: 'input.formulationId', message: `Version ${row.version} is not in force: there is a newer one.` }]);
  return row;
}

/** Every control of the formulation is answered once, and nothing else is. */
function requireControls(controls: readonly QualityControl[], quality: Entry['quality']): void {
  const answered = quality.map(({ name }) => name.trim());
  const issues = [
    ...controls
      .filter(({ name }) => !answered.includes(name))
      .map(({ name }) => ({ path: 'input.quality', message: `${name} is not answered.` })),
    ...answered.flatMap((name, index) => {
      const path = `input.quality.${index}.name`;
      if (answered.indexOf(name) !== index) return { path, message: `${name} is answered twice.` };
      return controls.some((control) => control.name === name) ? [] : { path, message: `The formulation does not ask for ${name}.` };
    }),
  ];
  if (issues.length > 0) throw new InvalidInput(issues);
}

function factsOf({ item, pharmacy, ...formulation }: Formulation, input: Entry): LotCompoundingFacts {
  return {
    preparationKind: item.formula.preparationType,
    storage: item.storage as LotCompoundingFacts['storage'],
    compoundedAt: input.compoundedAt.toISOString(),
    beyondUseDate: input.beyondUseAt?.toISOString() ?? input.beyondUseDate ?? null,
    formulaDays: item.beyondUseDays,
    formulaStorage: item.storage as LotCompoundingFacts['formulaStorage'],
    timeZone: pharmacy.timeZone,
    formulationLimit: {
      ...{ value: formulation.beyondUseValue, unit: formulation.beyondUseUnit as 'h' | 'd' },
      reference: formulation.beyondUseReference,
    },
    planned: (formulation.components as unknown as PlannedComponent[]).map(({ name, unii }) => ({ name, unii })),
    used: input.components.map(({ name, unii, lotNumber: number, expiresOn }) => ({
      ...{ name: name.trim(), unii: unii ?? null, number: number.trim(), expiresOn },
    })),
  };
}

const localDay = (at: Date, timeZone: string): string => new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(at);

/** The day on which a lot ends where its pharmacy is. */
function lastDay(input: Entry, timeZone: string): string {
  if (input.beyondUseDate) return input.beyondUseDate;
  if (!input.beyondUseAt) throw new InvalidInput([{ path: 'input.beyondUseDate', message: 'The beyond-use date is missing.' }]);
  return localDay(input.beyondUseAt, timeZone);
}

async function createLot(tx: Tx, ctx: Ctx, { item, pharmacy }: Formulation, input: Entry) {
  const normalizedNumber = lotNumber(input.lotNumber);
  if (normalizedNumber === null) throw new InvalidInput([{ path: 'input.lotNumber', message: 'This is not a lot number.' }]);
  const number = input.lotNumber.trim();
  const data = {
    ...{ id: ctx.newId(), pharmacyId: pharmacy.id, formularyItemId: item.id, number, normalizedNumber, status: 'QUARANTINED' },
    ...{ compoundedAt: input.compoundedAt, storage: item.storage, beyondUseAt: input.beyondUseAt ?? null },
    beyondUseDate: storedDay(lastDay(input, pharmacy.timeZone)),
  };
  const made = await tx.lot.createMany({ data: [data], skipDuplicates: true });
  if (made.count === 1) return data;
  const known = await tx.lot.findUniqueOrThrow({
    where: { pharmacyId_normalizedNumber: { pharmacyId: pharmacy.id, normalizedNumber } },
    include: { item: true },
  });
  const message = `Lot ${known.number} is on record already: ${known.item.name}, made at ${known.compoundedAt.toISOString()}, beyond-use date ${dayOf(known.beyondUseDate)}.`;
  throw new InvalidInput([{ path: 'input.lotNumber', message }]);
}

async function record(tx: Tx, ctx: Ctx, input: Entry) {
  const formulation = await ownFormulation(tx, fromId('masterFormulation', input.formulationId), ctx.actor.places('compounding:record'));
  requireControls(formulation.qualityControls as unknown as QualityControl[], input.quality);
  const facts = factsOf(formulation, input);
  const at = ctx.now();
  const results: readonly RuleResult[] = lotCompounding(facts, at.toISOString());
  if (isBlocked(results)) throw new RuleBlocked(results);
  const { id: pharmacyId, timeZone } = formulation.pharmacy;
  // Before the lots, as a recall takes its locks.
  await shareStanding(tx, pharmacyId);
  const lot = await createLot(tx, ctx, formulation, input);
  await refuseRecalledIngredients(tx, pharmacyId, input.components);
  await refuseEndedSources(tx, pharmacyId, input.components, localDay(input.compoundedAt, timeZone));
  await tx.lotComponent.createMany({
    data: input.components.map((component, index) => ({
      ...{ id: ctx.newId(), pharmacyId, lotId: lot.id, position: index + 1, name: component.name.trim(), unii: component.unii ?? null },
      ...{ supplier: component.supplier.trim(), number: component.lotNumber.trim() },
      normalizedNumber: lotNumber(component.lotNumber) ?? '',
      ...{ expiresOn: storedDay(component.expiresOn), amountValue: component.amount.value, amountUnit: component.amount.unit },
    })),
  });
  const row = await tx.compoundingRecord.create({
    data: {
      ...{ id: ctx.newId(), pharmacyId, lotId: lot.id, formulationId: formulation.id, madeBy: ctx.actor.sub, recordedAt: at },
      ...{ yieldValue: input.yield.value, yieldUnit: input.yield.unit },
      qualityResults: input.quality.map(({ name, result, passed }) => ({ name: name.trim(), result: result.trim(), passed })),
      facts: JSON.parse(JSON.stringify(facts)),
      results: JSON.parse(JSON.stringify(results)),
      packVersion: library.on(at.toISOString()).version,
    },
  });
  await audit(tx, ctx, {
    ...{ action: 'lot.compounded', tenantId: pharmacyId, subjectKind: 'lot', subjectId: lot.id },
    detail: { formulationId: formulation.id, components: input.components.length },
  });
  return row;
}

builder.mutationField('recordCompounding', (t) =>
  t.field({
    type: CompoundingRecord,
    description:
      'Records how a lot was made: from what, of whose lots, how much came out, and until when it may be used. The lot then waits for the check of another person (`releaseLot`). Too long a beyond-use date is refused with the row of the limit it passes, and a component whose lot is recalled, was taken back as a material, or is past the day the pharmacy stood by it.',
    authScopes: { may: 'compounding:record' },
    args: { input: t.arg({ type: Input, required: true, description: 'How it was made.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) => ctx.write({ info, args, answer: 'compoundingRecord' }, (tx) => record(tx, ctx, args.input)),
  }),
);
