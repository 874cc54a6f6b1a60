import { z } from 'zod';
import { uniiProblem } from '#kernel/identifiers.ts';
import type { ContainedFact, ExcludedExcipientsFacts } from '#rules/excluded-excipients.ts';
import type { Order } from '#prisma/generated/prescriptions/client.ts';
import type { DrugSnapshot } from '../document/order-document.ts';

const unii = z.string().superRefine((text, context) => {
  const problem = uniiProblem(text);
  if (problem !== null) context.addIssue({ code: 'custom', message: `A UNII ${problem}.` });
});

/** What can be said of a list of excluded substances before any record is read. */
export const excludedExcipientsShape = z
  .array(unii)
  .max(30, 'At most thirty are excluded.')
  .refine((list) => new Set(list).size === list.length, 'A substance is given twice.')
  .nullish();

interface Contents {
  readonly ingredients: readonly ContainedFact[];
  readonly excipients: readonly ContainedFact[] | null;
}

/** Everything in a formula, active or not; null where the pharmacy has not recorded its inactive ingredients. */
function containedIn({ ingredients, excipients }: Contents): ContainedFact[] | null {
  if (excipients == null) return null;
  return [...ingredients, ...excipients].map(({ name, unii }) => ({ name, unii }));
}

/** What the signing gate is told of an order's exclusions; nothing where it has none. */
export function exclusionFacts(order: Pick<Order, 'excludedExcipients' | 'drug'>): ExcludedExcipientsFacts {
  if (order.excludedExcipients.length === 0) return {};
  return { excludedExcipients: order.excludedExcipients, contained: containedIn(order.drug as unknown as DrugSnapshot) };
}

/** The first excluded substance that is in the formula beyond doubt, with its place in the list; null is none. */
export function excludedHit(
  excluded: readonly string[],
  { ingredients, excipients }: Contents,
): { readonly index: number; readonly name: string } | null {
  const all = [...ingredients, ...(excipients ?? [])];
  const index = excluded.findIndex((unii) => all.some((one) => one.unii === unii));
  const hit = all.find((one) => one.unii === excluded[index]);
  return index === -1 || hit === undefined ? null : { index, name: hit.name };
}
