/** What every gate answers, and the one question asked of an answer: does it block? */

/** `UNKNOWN` is an answer, not an error: something was not recorded, not researched or not attested. It blocks like `FAIL`. */
export type Outcome = 'PASS' | 'FAIL' | 'UNKNOWN';

/** One rule as it was asked: enough to show a person, to store with the decision and to defend later. */
export interface RuleResult {
  /** Stable and readable: `TX.gfe.syncAudioVideo`, `licence.examiner`, `substance.53AXN4NNHX.503A`. */
  readonly id: string;
  readonly outcome: Outcome;
  readonly message: string;
  readonly citation: string | null;
  /** What would turn the answer into a pass, in plain words; null when it is one. */
  readonly remedy: string | null;
  /** The release of the packs that brought the rule; for a rule of the product itself, the release that was asked. */
  readonly version: string;
}

/** Anything but a pass blocks, and so does an empty list: a gate that asked nothing has proved nothing. */
export function isBlocked(results: readonly RuleResult[]): boolean {
  return results.length === 0 || results.some((result) => result.outcome !== 'PASS');
}

/** The results that stand in the way, in the order in which they were asked. */
export function blockers(results: readonly RuleResult[]): RuleResult[] {
  return results.filter((result) => result.outcome !== 'PASS');
}

/** Stands for "the release that was asked", which only `evaluate` knows. */
const OF_THE_RELEASE = '';

/** The rule was asked and holds. */
export function passed(id: string, message: string, citation: string | null = null, version = OF_THE_RELEASE): RuleResult {
  return { id, outcome: 'PASS', message, citation, remedy: null, version };
}

/** The rule was asked and does not hold; no attestation changes that. */
export function failed(id: string, message: string, remedy: string, citation: string | null = null, version = OF_THE_RELEASE): RuleResult {
  return { id, outcome: 'FAIL', message, citation, remedy, version };
}

/** The rule could not be answered, which blocks. */
export function notKnown(
  id: string,
  message: string,
  remedy: string,
  citation: string | null = null,
  version = OF_THE_RELEASE,
): RuleResult {
  return { id, outcome: 'UNKNOWN', message, citation, remedy, version };
}

/** The best of several ways to satisfy one rule: a pass, else an unknown, else the first failure; null of none. */
export function bestOf(results: readonly RuleResult[]): RuleResult | null {
  return (
    results.find((result) => result.outcome === 'PASS') ?? results.find((result) => result.outcome === 'UNKNOWN') ?? results[0] ?? null
  );
}
