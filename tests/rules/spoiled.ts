/** Facts that pass somewhere, with some of them forgotten: what the property tests are asked with. */

import fc from 'fast-check';
import type { Gate, GateFacts } from '#rules/facts.ts';
import { jurisdictions } from '#rules/packs.ts';
import { passing } from './given.ts';

// The gate names the question, and what a check of the verification saw is its own words: neither is a fact that may be missing.
const notFacts = ['gate', 'attestations', 'checks'];

/** Paths to every value inside facts, so that any one of them can be forgotten. Attestations are removed whole, elsewhere. */
export function pathsOf(value: unknown, path: readonly string[] = []): string[][] {
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    notFacts.includes(key) ? [] : [[...path, key], ...pathsOf(inner, [...path, key])],
  );
}

/** The same facts with one of them not known. */
export function forget(facts: GateFacts, path: readonly string[]): GateFacts {
  const copy = structuredClone(facts);
  let at: unknown = copy;
  for (const key of path.slice(0, -1)) at = isObject(at) ? at[key] : null;
  if (isObject(at)) at[path.at(-1) ?? ''] = null;
  return copy;
}

/** Facts of a gate that pass in some state, with up to three of them forgotten. */
export function anyFacts(gate: Gate): fc.Arbitrary<GateFacts> {
  const states = fc.constantFrom(...jurisdictions.map(({ code }) => code));
  return fc.record({ state: states, places: fc.array(fc.nat(), { maxLength: 3 }) }).map(({ state, places }) => {
    const facts: GateFacts = passing[gate](state);
    const paths = pathsOf(facts);
    return places.reduce<GateFacts>((spoilt, place) => forget(spoilt, paths[place % paths.length] ?? []), facts);
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
