/** What an order for a controlled substance is asked beside the questions put to every order, for people who read a state's table. */

import type { Place } from './asking.ts';
import { unitedStates } from './asking.ts';
import { ruleId } from './reading.ts';
import type { RuleSet } from './rule-set.ts';
import { type Substance, substanceRuleKey } from './substance-table.ts';

/** Asked in every state, recorded or not. */
const asked = ['csr.required', 'np.controlled', 'pa.controlled'];
/** Asked where a release has raised them. */
const raised = ['controlled.exam-age', 'controlled.mid-level-limits', 'controlled.pdmp-outage'];
const signing = ['controlled.signing', 'controlled.signing-factors', 'controlled.signing-clock'];

/** The rules in reading order: how it is scheduled, refilled, prescribed without a visit, by whom, and how it is signed. None where nothing ordered is in a schedule. */
export function controlledAsked(rules: RuleSet, ordered: readonly Substance[], place: Place): string[] {
  const recorded = (ids: readonly string[]) => ids.filter((id) => rules.entries(id).length > 0);
  const places = [unitedStates, place];
  const schedules = recorded(ordered.flatMap((one) => places.map((at) => ruleId(at, substanceRuleKey(one, 'schedule')))));
  if (schedules.length === 0) return [];
  const limits = [...new Set(schedules.flatMap((id) => rules.entries(id).map(({ value }) => `controlled.refills-${value}`)))].sort();
  const federal = ['controlled.telemedicine', ...limits, ...signing].map((key) => ruleId(unitedStates, key));
  const ofState = limits.concat(raised).map((key) => ruleId(place, key));
  return [...schedules, ...recorded(federal), ...asked.map((key) => ruleId(place, key)), ...recorded(ofState)];
}
