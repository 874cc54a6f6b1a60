/** Answers that depend on a release, a moment and an entity's word alone are worked out once for all services and clinics that ask. */

import type { Asking } from './asking.ts';
import type { Attestation } from './attestation.ts';

/** Moments of which answers are kept for one list: today, and the days on which something ends or begins. */
const MOMENTS_KEPT = 200;

/**
 * Keeps what `make` answers, by a name for the question, for as long as the list of attestations lives. `make` may read nothing but what it
 * is asked with and what its name tells. Whoever asks without a list is answered anew each time.
 */
export function oncePerAsking<Answer>(): (asking: Asking, name: string, make: () => Answer) => Answer {
  const known = new WeakMap<readonly Attestation[], WeakMap<Asking['rules'], Map<string, Map<string, Answer>>>>();
  return (asking, name, make) => {
    if (asking.attestations == null) return make();
    const releases = held(known, asking.attestations, () => new WeakMap<Asking['rules'], Map<string, Map<string, Answer>>>());
    const moments = held(releases, asking.rules, () => new Map<string, Map<string, Answer>>());
    if (moments.size >= MOMENTS_KEPT) moments.clear();
    const answers = held(moments, `${asking.on} ${asking.entityName ?? ''}`, () => new Map<string, Answer>());
    return held(answers, name, make);
  };
}

interface Kept<Key, Value> {
  get(key: Key): Value | undefined;
  set(key: Key, value: Value): unknown;
}

function held<Key, Value>(kept: Kept<Key, Value>, key: Key, make: () => Value): Value {
  const known = kept.get(key);
  if (known !== undefined) return known;
  const made = make();
  kept.set(key, made);
  return made;
}
