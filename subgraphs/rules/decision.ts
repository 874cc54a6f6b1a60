/** A decision as it is kept, and how it is asked again: facts, moment, release and results are all it takes. */

import { evaluate, isGate } from './evaluate.ts';
import type { GateFacts } from './facts.ts';
import { library } from './packs.ts';
import type { RuleResult } from './results.ts';

/** What a gate was told and what it answered. */
export interface Decision {
  readonly facts: GateFacts;
  readonly results: readonly RuleResult[];
}

/** A decision as plain JSON, to be stored. */
export interface DecisionRecord {
  /** The facts as they were read, cut down to the attestations that were asked for. What was unknown is null. */
  readonly facts: object;
  readonly results: object[];
  readonly packVersion: string;
}

/** A stored decision asked again. */
export interface Replay {
  /** Whether the answer is the stored one to the letter. */
  readonly same: boolean;
  readonly results: readonly RuleResult[];
  /** The release that was asked this time. */
  readonly packVersion: string;
  /** Ids of rules that answered otherwise, or in only one of the two. */
  readonly differs: readonly string[];
}

/** Asks a gate as of a moment, and keeps both sides of it together. */
export function decide(given: GateFacts, at: Date): Decision {
  const facts = askedNow(given);
  return { facts, results: evaluate(facts, at.toISOString()) };
}

// What was settled of answers may be left out by decisions kept before it was told, and by no new one: then it is unknown.
function askedNow(facts: GateFacts): GateFacts {
  return facts.gate === 'exam-completion' && facts.settled === undefined ? { ...facts, settled: null } : facts;
}

/** The record of a decision. Of an entity's many attestations only those the gate asked for are part of it. */
export function recordOf({ facts, results }: Decision, at: Date): DecisionRecord {
  const asked = new Set(results.map(({ id }) => id));
  const attestations = 'attestations' in facts ? facts.attestations?.filter(({ ruleId }) => asked.has(ruleId)) : undefined;
  const kept = attestations === undefined ? facts : { ...facts, attestations };
  return {
    facts: JSON.parse(JSON.stringify(kept, (_key, value: unknown) => value ?? null)) as object,
    results: JSON.parse(JSON.stringify(results)) as object[],
    packVersion: library.on(at.toISOString()).version,
  };
}

/**
 * Asks a stored decision again, with its own release or another. Null when it can't be asked: the facts are of a time before gates were
 * named in them, or the release is not known here.
 */
export function replay(
  stored: { readonly facts: unknown; readonly results: unknown; readonly at: Date; readonly packVersion: string },
  packVersion: string = stored.packVersion,
): Replay | null {
  const rules = library.of(packVersion);
  if (rules === null || !isGateFacts(stored.facts) || !Array.isArray(stored.results)) return null;
  const before = stored.results as readonly RuleResult[];
  const results = evaluate(stored.facts, stored.at.toISOString(), rules);
  const sameRelease = packVersion === stored.packVersion;
  const [was, is] = [byId(before, sameRelease), byId(results, sameRelease)];
  const differs = [...new Set([...was.keys(), ...is.keys()])].filter((id) => was.get(id) !== is.get(id));
  const sameOrder = before.map((result) => result?.id).join() === results.map(({ id }) => id).join();
  return { same: differs.length === 0 && sameOrder, results, packVersion, differs };
}

/** Whether stored facts say for which gate they were: those of an earlier time do not, and can't be asked again. */
export function isGateFacts(facts: unknown): facts is GateFacts {
  return typeof facts === 'object' && facts !== null && 'gate' in facts && isGate(facts.gate);
}

// A database may give an object's keys back in another order; the answer is the same all the same. Between two releases the release itself is no difference.
function byId(results: readonly RuleResult[], withVersion: boolean): Map<string, string> {
  return new Map(
    results
      .filter((result) => typeof result === 'object' && result !== null)
      .map(({ id, outcome, message, citation, remedy, version }) => [
        id,
        JSON.stringify([outcome, message, citation, remedy, withVersion ? version : null]),
      ]),
  );
}
