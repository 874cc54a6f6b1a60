import type { DispensingFacts } from './facts.ts';
import type { RuleResult } from './results.ts';

/** Not written yet: blocks. `on` is a day or an RFC 3339 instant. */
export function evaluateDispensing(_facts: DispensingFacts, _on: string): RuleResult[] {
  return [];
}
