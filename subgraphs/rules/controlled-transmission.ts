/** Whether a controlled prescription may be sent electronically from here: only by an application that was audited or certified. */

import { type Asking, unitedStates } from './asking.ts';
import type { TransmissionFacts } from './controlled-facts.ts';
import { controlledAmong, placesThatCount, strictest } from './controlled-schedule.ts';
import type { Fact } from './facts.ts';
import { stateOf } from './place.ts';
import { failed, notKnown, passed, type RuleResult } from './results.ts';

const ID = 'controlled.transmission';
const CITATION = '21 CFR 1311.300';

/** Asked of what is sent. Left out, it is not asked; nothing for a formula without a controlled ingredient. */
export function transmission(facts: TransmissionFacts | null | undefined, shipToState: Fact<string>, asking: Asking): RuleResult[] {
  if (facts === undefined) return [];
  if (facts?.ingredients == null) return [notKnown(ID, 'Whether it has a controlled ingredient could not be read', 'Try again.', CITATION)];
  const places = placesThatCount(stateOf(shipToState) ?? unitedStates, facts);
  const controlled = controlledAmong(facts.ingredients, places, asking);
  if (controlled.length === 0) return [];
  const what = `A prescription in schedule ${strictest(controlled)}`;
  if (facts.certified != null && facts.certified !== 'none') return [passed(ID, `${what} is sent under ${facts.certified}`, CITATION)];
  return [
    failed(
      ID,
      `${what} is not sent electronically from here: this deployment has no audited or certified application for controlled substances`,
      'Send it from a certified system, or set EPCS_CERTIFIED to the reference and date of the audit or certificate.',
      CITATION,
    ),
  ];
}
