import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { type InputIssue, InvalidInput } from '#kernel/errors.ts';
import { labelNdcProblem } from '#kernel/identifiers-product.ts';
import { builder, graph, type Tx } from '../builder.ts';
import { dayOf, storedDay } from '../calendar-day.ts';
import { lineOrNone } from '../facility/plain-text.ts';
import { beyondUseProblem } from './csv/beyond-use.ts';
import { FormularyItem } from './formulary-item.ts';
import { BeyondUseBasis } from './offered.ts';
import { lockOwnItem } from './own-item.ts';

const Input = builder.inputType('AmendFormularyItemInput', {
  description:
    'How an item is offered from now on; what is left out stays. What is compounded, and how it is kept and packed, does not change.',
  fields: (t) => ({
    itemId: t.id({ required: true, description: 'The item.' }),
    active: t.boolean({ description: 'Whether it is offered at all.' }),
    leadTimeDays: t.int({ description: 'Working days from claim to shipment, 0 to 365.' }),
    shipsTo: t.field({
      type: [graph.UsState],
      description: 'The states it is shipped to; an empty list is wherever the pharmacy is licensed.',
    }),
    ndc: t.string({ description: 'Its national drug code, with hyphens: 4-4-2, 5-3-2 or 5-4-1. No other item of the pharmacy has it.' }),
    beyondUseDays: t.int({ description: 'The formula’s own limit, at most what USP allows for its kind kept that way.' }),
    beyondUseBasis: t.field({ type: BeyondUseBasis, description: 'What that rests on.' }),
    beyondUseSource: t.string({ description: 'Where that can be read, at most 300 characters.' }),
    effectiveFrom: t.field({ type: 'Date', description: 'The first day it is offered.' }),
    effectiveTo: t.field({ type: 'Date', description: 'The last day it is offered.' }),
  }),
  validate: z
    .object({
      leadTimeDays: z.int().min(0, 'No less than 0 days.').max(365, 'At most 365 days.').nullish(),
      beyondUseSource: lineOrNone('The source', 300),
    })
    .loose(),
});

/** A code that is none, or another item's. A list that is written and this verb take turns, since neither would see what the other writes. */
async function ndcIssues(tx: Tx, { id, pharmacyId }: { id: string; pharmacyId: string }, ndc: string): Promise<InputIssue[]> {
  const path = 'input.ndc';
  const problem = labelNdcProblem(ndc);
  if (problem !== null) return [{ path, message: problem }];
  await tx.$queryRawUnsafe(`select pg_advisory_xact_lock(hashtextextended('formulary:' || $1, 0))::text`, pharmacyId);
  const taken = await tx.formularyItem.count({ where: { pharmacyId, ndc, id: { not: id } } });
  return taken > 0 ? [{ path, message: 'Another item of the pharmacy has this code.' }] : [];
}

builder.mutationField('amendFormularyItem', (t) =>
  t.field({
    description:
      'Changes how an item is offered: whether, when, where to, how soon, and for how long it keeps. Orders signed before are not touched, but are sent only to where it is shipped.',
    type: FormularyItem,
    authScopes: { may: 'formulary:keep' },
    args: { input: t.arg({ type: Input, required: true, description: 'What has changed.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'formularyItem' }, async (tx) => {
        const item = await lockOwnItem(tx, ctx, args.input.itemId);
        const formula = await tx.formula.findUniqueOrThrow({ where: { id: item.formulaId } });
        const { active, leadTimeDays, shipsTo, beyondUseDays, beyondUseBasis, beyondUseSource, effectiveFrom, effectiveTo, ndc } =
          args.input;
        const issues: InputIssue[] = [];
        if (beyondUseDays != null) {
          const problem =
            beyondUseDays < 1 ? { message: 'is one day at least' } : beyondUseProblem({ ...formula, storage: item.storage, beyondUseDays });
          if (problem !== null) issues.push({ path: 'input.beyondUseDays', message: problem.message });
        }
        if (ndc != null) issues.push(...(await ndcIssues(tx, item, ndc)));
        const [first, last] = [
          effectiveFrom ?? (item.effectiveFrom && dayOf(item.effectiveFrom)),
          effectiveTo ?? (item.effectiveTo && dayOf(item.effectiveTo)),
        ];
        if (first != null && last != null && last < first)
          issues.push({ path: 'input.effectiveTo', message: 'The last day is not before the first.' });
        if (shipsTo != null && new Set(shipsTo).size < shipsTo.length)
          issues.push({ path: 'input.shipsTo', message: 'A state is there twice.' });
        const changed = {
          ...(active != null && { active }),
          ...(leadTimeDays != null && { leadTimeDays }),
          ...(ndc != null && { ndc }),
          ...(shipsTo != null && { shipsTo: [...shipsTo] }),
          ...(beyondUseDays != null && { beyondUseDays }),
          ...(beyondUseBasis != null && { beyondUseBasis }),
          ...(beyondUseSource != null && { beyondUseSource: beyondUseSource.trim() }),
          ...(effectiveFrom != null && { effectiveFrom: storedDay(effectiveFrom) }),
          ...(effectiveTo != null && { effectiveTo: storedDay(effectiveTo) }),
        };
        if (Object.keys(changed).length === 0) issues.push({ path: 'input', message: 'Nothing is to be changed.' });
        if (issues.length > 0) throw new InvalidInput(issues);
        await tx.formularyItem.updateMany({ where: { id: item.id }, data: changed });
        await audit(tx, ctx, {
          ...{ action: 'formulary-item.amended', tenantId: item.pharmacyId, subjectKind: 'formularyItem', subjectId: item.id },
          detail: { changed: Object.keys(changed) },
        });
        return tx.formularyItem.findUniqueOrThrow({ where: { id: item.id } });
      }),
  }),
);
