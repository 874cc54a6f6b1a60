import type { OrderSigningFacts } from './facts.ts';
import type { RuleResult } from './results.ts';

/** Not written yet: blocks. `on` is a day or an RFC 3339 instant. */
export function evaluateSigning(_facts: OrderSigningFacts, _on: string): RuleResult[] {
  return [];
}
