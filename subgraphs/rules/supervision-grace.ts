import type { RuleSet } from './rule-set.ts';

/** The policy is the product's own, so it is federal in the packs: no state has one. */
const RULE = 'US.supervision.grace';

/**
 * How many days late the two sides of an agreement may be with a meeting before the agreement is suspended, as a release has it on a
 * day. It is our own proposal and no law: it only ever closes, so it stands without anybody's word. Null under a release that had none.
 */
export function supervisionGraceDays(rules: RuleSet, on: string): number | null {
  const { rule, why } = rules.find(RULE, on);
  const days = why === null ? (rule.value as { readonly days?: unknown }).days : null;
  return typeof days === 'number' && Number.isInteger(days) && days >= 0 ? days : null;
}
