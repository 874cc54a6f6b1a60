import type { SubstanceFacts } from './facts.ts';
import type { RuleResult } from './results.ts';

/** Not written yet: blocks. `on` is a day or an RFC 3339 instant. */
export function evaluateSubstances(_facts: SubstanceFacts, _on: string): RuleResult[] {
  return [];
}
