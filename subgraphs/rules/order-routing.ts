import type { OrderRoutingFacts } from './facts.ts';
import type { RuleResult } from './results.ts';

/** Not written yet: blocks. `on` is a day or an RFC 3339 instant. */
export function evaluateRouting(_facts: OrderRoutingFacts, _on: string): RuleResult[] {
  return [];
}
