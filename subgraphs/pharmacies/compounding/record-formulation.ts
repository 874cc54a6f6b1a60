import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { InvalidInput, NotFound } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { quantityShape } from '#kernel/shared-inputs.ts';
import { builder, graph, type Tx } from '../builder.ts';
import { MasterFormulation, type PlannedComponent } from './formulation.ts';

const words = (what: string, longest: number) =>
  z.string().trim().min(1, `${what} is missing.`).max(longest, `${what} has at most ${longest} characters.`);

const ComponentInput = builder.inputType('FormulationComponentInput', {
  description: 'What goes into a preparation.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'Its established name.' }),
    unii: t.string({ description: 'FDA’s code of the substance: ten letters and digits.' }),
    grade: t.string({ description: 'The grade it has to be of, for example USP.' }),
    amount: t.field({ type: graph.QuantityInput, description: 'How much goes into one batch; left out: as much as needed.' }),
  }),
});

const ControlInput = builder.inputType('QualityControlInput', {
  description: 'What is tested or looked at before a lot is released.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'What is looked at.' }),
    requirement: t.string({ required: true, description: 'What must be found.' }),
  }),
});

const Unit = builder.enumType('BeyondUseUnit', {
  description: 'What a beyond-use limit is counted in.',
  values: { HOURS: { value: 'h', description: 'Hours.' }, DAYS: { value: 'd', description: 'Days.' } } as const,
});

const Input = builder.inputType('RecordFormulationInput', {
  description: 'How an item is made.',
  fields: (t) => ({
    formularyItemId: t.id({ required: true, description: 'The item.' }),
    components: t.field({
      type: [ComponentInput],
      required: true,
      description: 'What goes in: every ingredient of the formula among them.',
    }),
    container: t.string({ required: true, description: 'What it is put into.' }),
    instructions: t.string({ required: true, description: 'How it is made.' }),
    equipment: t.string({ required: true, description: 'What it is made with.' }),
    qualityControls: t.field({ type: [ControlInput], required: true, description: 'What is tested or looked at before release.' }),
    batch: t.field({ type: graph.QuantityInput, required: true, description: 'How much one batch is to give.' }),
    beyondUse: t.int({ required: true, description: 'How long a lot may be used at most, in `beyondUseUnit`.' }),
    beyondUseUnit: t.field({ type: Unit, required: true, description: 'Hours or days.' }),
    beyondUseReference: t.string({ required: true, description: 'What that rests on: a chapter, a monograph, a stability study.' }),
    directions: t.string({ description: 'Directions for use on a facility’s container, with dosage and route.' }),
  }),
  validate: z
    .object({
      components: z
        .array(
          z
            .object({
              name: words('A name', 200),
              unii: z
                .string()
                .regex(/^[0-9A-Z]{10}$/, 'A UNII is ten capital letters and digits.')
                .nullish(),
              grade: words('A grade', 60).nullish(),
              amount: quantityShape.nullish(),
            })
            .loose(),
        )
        .min(1, 'Name at least one component.')
        .max(50, 'A formulation has at most 50 components.'),
      container: words('The container', 200),
      instructions: words('The instructions', 10_000),
      equipment: words('The equipment', 1_000),
      qualityControls: z
        .array(z.object({ name: words('A name', 120), requirement: words('A requirement', 500) }).loose())
        .min(1, 'Name at least one quality control.')
        .max(30, 'A formulation has at most 30 quality controls.'),
      batch: quantityShape,
      beyondUse: z.number().int().min(1, 'A limit is at least 1.').max(10_000, 'A limit is at most 10,000.'),
      beyondUseReference: words('The reference', 300),
      directions: words('The directions', 1_000).nullish(),
    })
    .loose(),
});

type Entry = typeof Input.$inferInput;

function plannedOf({ components }: Entry): PlannedComponent[] {
  return components.map(({ name, unii, grade, amount }) => ({
    ...{ name: name.trim(), unii: unii ?? null, grade: grade?.trim() ?? null },
    amount: amount ? { value: amount.value, unit: amount.unit } : null,
  }));
}

// A formulation that leaves an ingredient out makes something else.
function requireIngredients(item: Awaited<ReturnType<typeof ownItem>>, planned: readonly PlannedComponent[]): void {
  const missing = item.formula.ingredients.filter(
    ({ name, unii }) => !planned.some((one) => (unii && one.unii ? one.unii === unii : one.name.toLowerCase() === name.toLowerCase())),
  );
  if (missing.length === 0) return;
  const names = missing.map(({ name }) => name).join(', ');
  throw new InvalidInput([{ path: 'input.components', message: `The formula has ${names}, which is not among the components.` }]);
}

async function ownItem(tx: Tx, id: string, places: readonly string[]) {
  const item = await tx.formularyItem.findFirst({
    where: { id, pharmacyId: { in: [...places] } },
    include: { formula: { include: { ingredients: true } } },
  });
  if (!item) throw new NotFound();
  return item;
}

builder.mutationField('recordFormulation', (t) =>
  t.field({
    type: MasterFormulation,
    description:
      'Records how an item is made, as its next version. Nothing of a version changes later: lots name the one they were made by.',
    authScopes: { may: 'formulation:record' },
    args: { input: t.arg({ type: Input, required: true, description: 'How it is made.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'masterFormulation' }, async (tx) => {
        const { input } = args;
        const item = await ownItem(tx, fromId('formularyItem', input.formularyItemId), ctx.actor.places('formulation:record'));
        const planned = plannedOf(input);
        requireIngredients(item, planned);
        // Versions count one after the other; the unique index keeps two of the same moment apart.
        const last = await tx.masterFormulation.findFirst({ where: { formularyItemId: item.id }, orderBy: { version: 'desc' } });
        const { pharmacyId } = item;
        const row = await tx.masterFormulation.create({
          data: {
            ...{ id: ctx.newId(), pharmacyId, formularyItemId: item.id, version: (last?.version ?? 0) + 1 },
            components: JSON.parse(JSON.stringify(planned)),
            ...{ container: input.container.trim(), instructions: input.instructions.trim(), equipment: input.equipment.trim() },
            qualityControls: input.qualityControls.map(({ name, requirement }) => ({ name: name.trim(), requirement: requirement.trim() })),
            ...{ batchValue: input.batch.value, batchUnit: input.batch.unit },
            ...{ beyondUseValue: input.beyondUse, beyondUseUnit: input.beyondUseUnit, beyondUseReference: input.beyondUseReference.trim() },
            ...{ directions: input.directions?.trim() ?? null, recordedBy: ctx.actor.sub, recordedAt: ctx.now() },
          },
        });
        await audit(tx, ctx, {
          ...{ action: 'formulation.recorded', tenantId: pharmacyId, subjectKind: 'masterFormulation', subjectId: row.id },
          detail: { formularyItemId: item.id, version: row.version },
        });
        return row;
      }),
  }),
);
