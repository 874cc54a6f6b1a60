/** What a good token says, for as long as it is believed without looking at its signature again. */
import { sha256Of } from './keys.ts';

/** A key that its owner has taken back is believed no longer than this beyond the key set's own time. */
const REMEMBERED_MS = 30_000;
const MOST = 5_000;

interface Remembered<Claims> {
  readonly claims: Claims;
  readonly sinceMs: number;
}

type Verify<Claims> = (token: string) => Promise<Claims | null>;

/** What verifiers over the same keys in this process have found: door and subgraph see the same token within milliseconds. */
const shared = new WeakMap<object, Map<string, Remembered<unknown>>>();

/**
 * Verifies a token once and believes it for half a minute, never beyond its end. It is found by its hash, over all its bytes; what was not
 * good is looked at anew. Given `keys`, verifiers with the same object of keys remember together: they must be of one kind.
 */
export function remembering<Claims extends { readonly expiresAt: number }>(verify: Verify<Claims>, keys: object = {}): Verify<Claims> {
  const known = (shared.get(keys) ?? new Map()) as Map<string, Remembered<Claims>>;
  shared.set(keys, known);
  return async (token) => {
    const hash = sha256Of(token);
    const nowMs = Date.now();
    const before = known.get(hash);
    if (before !== undefined && nowMs - before.sinceMs < REMEMBERED_MS && nowMs >= before.sinceMs && before.claims.expiresAt * 1000 > nowMs)
      return before.claims;
    known.delete(hash);
    const claims = await verify(token);
    if (claims === null) return null;
    for (const [oldest, { sinceMs }] of known) {
      if (known.size < MOST && nowMs - sinceMs < REMEMBERED_MS) break;
      known.delete(oldest);
    }
    known.set(hash, { claims, sinceMs: nowMs });
    return claims;
  };
}
