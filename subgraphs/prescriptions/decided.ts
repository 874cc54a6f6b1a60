import { RuleBlocked } from '#kernel/errors.ts';
import { decide, type Decision, type DecisionRecord, recordOf } from '#rules/decision.ts';
import type { GateFacts } from '#rules/facts.ts';
import { isBlocked } from '#rules/results.ts';

/** A decision with the moment as of which the gate was asked: what is kept must say the same moment, or it can't be asked again. */
export interface Decided extends Decision {
  readonly at: Date;
}

/** Asks a gate as of a moment. */
export function decideAt(facts: GateFacts, at: Date): Decided {
  return { ...decide(facts, at), at };
}

/** Throws RuleBlocked with everything that was asked, passes included, when anything stands in the way. */
export function requirePass(decided: Decided): void {
  if (isBlocked(decided.results)) throw new RuleBlocked(decided.results);
}

/** The columns in which a decision is kept. */
export function keptAs(decided: Decided): DecisionRecord & { readonly at: Date } {
  return { at: decided.at, ...recordOf(decided, decided.at) };
}
