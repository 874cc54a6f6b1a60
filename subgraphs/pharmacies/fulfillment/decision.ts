/** What a gate of the pharmacy's answered. */

import { RuleBlocked } from '#kernel/errors.ts';
import type { Decision } from '#rules/decision.ts';
import { isBlocked } from '#rules/results.ts';

/** Throws RuleBlocked, with every rule asked, unless each of them passed. */
export function requirePass({ results }: Decision): void {
  if (isBlocked(results)) throw new RuleBlocked(results);
}
