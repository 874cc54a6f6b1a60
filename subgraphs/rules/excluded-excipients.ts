/** Does the preparation keep clear of what this patient must not get? */

import type { Fact } from './facts.ts';
import { failed, notKnown, passed, type RuleResult } from './results.ts';
import { wholeList } from './whole-list.ts';

/** A substance of the formula, active or not. */
export interface ContainedFact {
  readonly name: string;
  /** Null when the pharmacy gave none: then it cannot be compared. */
  readonly unii: string | null;
}

/** What must not be in it, and what is. */
export interface ExcludedExcipientsFacts {
  /** UNIIs that the prescriber excluded for this patient. Left out or empty, it is not asked: so are decisions kept from before. */
  readonly excludedExcipients?: readonly string[];
  /** Everything the formula contains; null when its inactive ingredients are not recorded. */
  readonly contained?: Fact<readonly ContainedFact[]>;
}

/** One result where something is excluded, none where nothing is. What is not recorded is not known to be absent. */
export function excludedExcipients({ excludedExcipients: excluded, contained }: ExcludedExcipientsFacts): RuleResult[] {
  if (excluded === undefined || excluded.length === 0) return [];
  const id = 'excipient.excluded';
  const all = wholeList(contained);
  const hit = all?.find(({ unii }) => unii !== null && excluded.includes(unii));
  if (hit)
    return [failed(id, `The preparation contains ${hit.name}, which is excluded for this patient`, 'Choose a preparation without it.')];
  if (all === null) {
    const message = 'What else the preparation contains is not recorded, and something is excluded for this patient';
    return [notKnown(id, message, "Ask the pharmacy to record the formula's inactive ingredients, then draft the order again.")];
  }
  const unidentified = all.find(({ unii }) => unii === null);
  if (unidentified) {
    const message = `${unidentified.name} has no UNII on record, so that it cannot be compared with what is excluded for this patient`;
    return [notKnown(id, message, 'Ask the pharmacy to record it, then draft the order again.')];
  }
  return [passed(id, 'Nothing that is excluded for this patient is in the preparation')];
}
