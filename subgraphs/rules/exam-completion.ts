import type { ExamCompletionFacts } from './facts.ts';
import type { RuleResult } from './results.ts';

/** Not written yet: blocks. `on` is a day or an RFC 3339 instant. */
export function evaluateCompletion(_facts: ExamCompletionFacts, _on: string): RuleResult[] {
  return [];
}

/** The last day on which an exam completed then may be relied upon; null while nobody has attested a validity. */
export function examValidUntil(_facts: ExamCompletionFacts, _completedAt: string): string | null {
  return null;
}
