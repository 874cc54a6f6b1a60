/** How far a rule's value carries by itself, before anybody has attested anything. */

import { isConditional } from './fields-asked.ts';
import type { RuleSet } from './rule-set.ts';
import { conditionsOf, needsNoWord } from './substance-conditions.ts';
import { substanceRuleKey, substances } from './substance-table.ts';

/**
 * `settled`: it answers by itself. `forbids`: it answers, and nobody can attest it open. `to-confirm`: somebody must attest that its
 * condition holds, or that a doubtful value is right. `to-set`: there is no value. `out-of-dates`: there is one, for other days.
 */
export type Standing = 'settled' | 'forbids' | 'to-confirm' | 'to-set' | 'out-of-dates';

const barring: readonly unknown[] = ['prohibited', 'no', 'not-eligible', 'not-listed'];

/** The standing of one rule on one day. */
export function standingOf(rules: RuleSet, id: string, on: string): Standing {
  const found = rules.find(id, on);
  if (found.why === 'not-in-force') return 'out-of-dates';
  if (found.rule === null || found.rule.confidence === 'unknown') return 'to-set';
  const { key, value, confidence } = found.rule;
  // Conditions only close, so nobody's word is asked on them: it is asked on the status they belong to.
  if (key.startsWith('substance.') && key.endsWith('.conditions')) return 'settled';
  const visit = key === 'prescribing.inPersonBeforeFirstRx' && value === 'required';
  if (barring.includes(value) || visit || (key.startsWith('delegation.') && value === 0)) return 'forbids';
  // What has no basis under 503A has none under 503B either.
  const sibling = key.endsWith('.503B') ? rules.find(id.replace(/503B$/, '503A'), on).rule : null;
  if (sibling?.value === 'not-eligible') return 'forbids';
  const substance = substances.find((one) => key === substanceRuleKey(one, '503A'));
  const byFacts = substance !== undefined && needsNoWord(conditionsOf(rules, substance, on));
  const conditional = (isConditional(key, value) && !byFacts) || value === 'listed-or-shortage-only';
  return conditional || confidence === 'uncertain' || confidence === 'design' ? 'to-confirm' : 'settled';
}
