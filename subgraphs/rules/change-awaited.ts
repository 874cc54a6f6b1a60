/** A change that was approved and is not signed yet: whoever works on the order waits for it. */

import type { Fact } from './facts.ts';
import { failed, notKnown, passed, type RuleResult } from './results.ts';

/** What sending and dispensing are told of changes. */
export interface ChangeAwaitedFacts {
  /** Whether the prescriber approved a change that is not signed yet. Left out, it is not asked: decisions of before know nothing of changes. */
  readonly changeAwaited?: Fact<boolean>;
}

/** Nothing is sent or dispensed on what is about to be written otherwise. */
export function noChangeAwaited({ changeAwaited }: ChangeAwaitedFacts): RuleResult[] {
  const id = 'order.changeAwaited';
  if (changeAwaited === undefined) return [];
  if (changeAwaited === null) return [notKnown(id, 'Whether a change is approved could not be read', 'Try again.')];
  if (!changeAwaited) return [passed(id, 'No approved change waits for its signature')];
  const remedy = 'Wait for the amended order, or ask the prescriber to give the amendment up.';
  return [failed(id, 'The prescriber approved a change of this order that is not signed yet', remedy)];
}
