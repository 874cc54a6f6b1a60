import type { RuleOutcome } from '#kernel/errors.ts';

/** One thing that was checked before a pharmacy fills an order. Codes are stable. */
export interface Check {
  readonly code: string;
  readonly outcome: 'PASS' | 'FAIL' | 'UNKNOWN';
  readonly detail: string;
  readonly citation: string | null;
  readonly remedy: string | null;
  /** What exactly was found, where a check can fail in several ways; stable. Checks kept of before have none. */
  readonly reason?: string | null;
}

/** What the checks come to: verified only when every one passed. Authentic is signed and still counts, and was not sent to who asks. */
export type Verdict = 'VERIFIED' | 'NOT_VERIFIED' | 'UNKNOWN' | 'AUTHENTIC';

/** The check holds. */
export function pass(code: string, detail: string): Check {
  return { code, outcome: 'PASS', detail, citation: null, remedy: null };
}

/** The check does not hold. */
export function fail(code: string, detail: string, remedy = 'Do not fill it; ask the clinic.'): Check {
  return { code, outcome: 'FAIL', detail, citation: null, remedy };
}

/** The check does not hold, or could not be made, for a reason that programs can tell from others. */
export function because(reason: string, check: Check): Check {
  return { ...check, reason };
}

/** The check could not be made: not a pass. */
export function unknown(code: string, detail: string, remedy = 'Verify again; if it lasts, ask the clinic.'): Check {
  return { code, outcome: 'UNKNOWN', detail, citation: null, remedy };
}

/** Several rules as one check: what stands in the way is what is said. */
export function fromRules(code: string, rules: readonly RuleOutcome[]): Check {
  const worst = rules.find((rule) => rule.outcome === 'FAIL') ?? rules.find((rule) => rule.outcome === 'UNKNOWN') ?? rules.at(-1);
  if (!worst) return unknown(code, 'No rule could be asked.');
  return { code, outcome: worst.outcome, detail: worst.message, citation: worst.citation, remedy: worst.remedy };
}

/** One failure is enough against it, one open question against certainty. An empty list proves nothing. */
export function verdictOf(checks: readonly Check[]): Verdict {
  if (checks.some((check) => check.outcome === 'FAIL')) return 'NOT_VERIFIED';
  return checks.length > 0 && checks.every((check) => check.outcome === 'PASS') ? 'VERIFIED' : 'UNKNOWN';
}
