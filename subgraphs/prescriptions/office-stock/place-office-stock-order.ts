import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { InvalidInput, type InputIssue, NotFound, RuleBlocked, Unavailable } from '#kernel/errors.ts';
import { fromId, toId, tryId } from '#kernel/ids.ts';
import { ucumProblem } from '#kernel/identifiers-product.ts';
import { measureOf } from '#rules/dose-units.ts';
import { isBlocked } from '#rules/results.ts';
import { actingPractitioner } from '../acting-practitioner.ts';
import { builder, graph } from '../builder.ts';
import type { FormularyItemAnswer } from '../order/neighbour-facts.ts';
import { OfficeStockOrder, stockEntry } from './office-stock-order.ts';
import { stockGate, stockQuestion } from './stock-gate.ts';

const OfficeStockLineInput = builder.inputType('OfficeStockLineInput', {
  description: 'One preparation and how much of it.',
  fields: (t) => ({
    formularyItemId: t.id({ required: true, description: 'The preparation, from `formulary`.' }),
    quantity: t.field({ type: graph.QuantityInput, required: true, description: 'How much.' }),
  }),
});

const PlaceOfficeStockOrderInput = builder.inputType('PlaceOfficeStockOrderInput', {
  description: 'Stock for a clinic.',
  fields: (t) => ({
    clinicId: t.id({ required: true, description: 'The clinic that is to keep it.' }),
    lines: t.field({ type: [OfficeStockLineInput], required: true, description: 'What is ordered, 1 to 20 lines, all of one facility.' }),
  }),
  validate: z.object({ lines: z.array(z.unknown()).min(1, 'Nothing is ordered.').max(20, 'At most twenty lines.') }).loose(),
});

type Line = typeof OfficeStockLineInput.$inferInput;

builder.mutationField('placeOfficeStockOrder', (t) =>
  t.field({
    type: OfficeStockOrder,
    description:
      'A practitioner orders stock for their clinic from an outsourcing facility (21 USC 353b). Refused of a 503A pharmacy (21 USC 353a(a)), of what is essentially a copy, of what may not be compounded under 503B, and of controlled substances.',
    authScopes: { may: 'office-stock:order' },
    args: { input: t.arg({ type: PlaceOfficeStockOrderInput, required: true, description: 'Clinic and lines.' }) },
    errors: {},
    resolve: async (_root, args, ctx, info) => {
      const { clinicId: clinic, lines } = args.input;
      const clinicId = fromId('clinic', clinic);
      if (!ctx.actor.places('office-stock:order').includes(clinicId)) throw new NotFound();
      const items = [...new Set(lines.map(({ formularyItemId }) => formularyItemId))];
      const told = await ctx.graph.ask(stockQuestion, { items, clinics: [clinic], practitioners: [ctx.actor.sub] });
      return ctx.write({ info, args, answer: 'officeStockOrder' }, async (tx) => {
        const purchaserId = actingPractitioner(ctx);
        const asked = told?.clinicFacts.find(({ id }) => id === clinic);
        if (told === null || asked === undefined) throw new Unavailable();
        const found = itemsOf(lines, told.formularyItemsFacts);
        const at = ctx.now();
        const rules = stockGate(asked, told, found, at);
        if (isBlocked(rules)) throw new RuleBlocked(rules);
        const pharmacyId = fromId('pharmacy', found[0]?.pharmacy.id ?? '');
        const order = await tx.officeStockOrder.create({
          data: {
            ...{ id: ctx.newId(), clinicId, pharmacyId, purchaserId, status: 'PLACED', statusSince: at },
            ...{ shipToState: asked.address.state, placedAt: at, placedBy: ctx.actor.sub, rules: rules as unknown as object[] },
          },
        });
        await tx.officeStockLine.createMany({
          data: lines.map(({ quantity }, index) => ({
            ...{ stockOrderId: order.id, position: index + 1, clinicId, pharmacyId },
            formularyItemId: fromId('formularyItem', found[index]?.id ?? ''),
            name: found[index]?.name ?? '',
            quantityValue: quantity.value,
            quantityUnit: quantity.unit,
          })),
        });
        await audit(tx, ctx, {
          ...stockEntry(order, 'placed'),
          detail: { pharmacyId: toId('pharmacy', pharmacyId), items },
        });
        return order;
      });
    },
  }),
);

/** The preparation of each line; throws InvalidInput with the path of what is none, or of another facility than the first. */
function itemsOf(lines: readonly Line[], told: readonly FormularyItemAnswer[]): FormularyItemAnswer[] {
  const issues: InputIssue[] = [];
  const found = lines.flatMap(({ formularyItemId, quantity }, index) => {
    const at = (field: string, message: string) => issues.push({ path: `input.lines.${index}.${field}`, message });
    const problem = ucumProblem(quantity.unit);
    if (problem !== null) at('quantity.unit', `A unit ${problem}.`);
    const item = tryId('formularyItem', formularyItemId) === null ? undefined : told.find(({ id }) => id === formularyItemId);
    if (item === undefined) at('formularyItemId', 'There is no such formulary item.');
    else if (!item.active) at('formularyItemId', 'The facility does not offer this preparation any more.');
    else if (problem === null && !isAmountOf(item, quantity.unit))
      at('quantity.unit', `It is no amount of this preparation, which is counted in ${unitsOf(item).join(' or ')}.`);
    return item ?? [];
  });
  for (const [index, { pharmacy }] of found.entries())
    if (found.length === lines.length && pharmacy.id !== found[0]?.pharmacy.id)
      issues.push({ path: `input.lines.${index}.formularyItemId`, message: 'Another facility makes it: order there on its own.' });
  if (issues.length > 0) throw new InvalidInput(issues);
  return found;
}

/** Whether a unit measures or counts a preparation, as far as its facility says in what that is done. */
function isAmountOf(item: FormularyItemAnswer, unit: string): boolean {
  const units = unitsOf(item);
  return units.length === 0 || units.some((one) => measureOf(one) === measureOf(unit));
}

/** In what a preparation is measured: what its strengths are said of, what a pack holds, and the packs themselves. */
function unitsOf({ ingredients, presentation }: FormularyItemAnswer): string[] {
  const strengths = ingredients.flatMap(({ strengthRatio }) => strengthRatio?.denominator.unit ?? []);
  const packs = presentation === null ? [] : [presentation.pack.unit, `{${presentation.container}}`];
  return [...new Set([...strengths, ...packs])];
}
