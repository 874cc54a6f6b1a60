/** May this lot be dispensed, so much of it, by this person, with this beyond-use date? */

import type { Asking } from './asking.ts';
import { beyondUse } from './beyond-use.ts';
import { noChangeAwaited } from './change-awaited.ts';
import { finalCheck, lotSuffices, notMoreThanOrdered } from './dispensed-quantity.ts';
import { facilityStanding } from './facility-standing.ts';
import type { DispensingFacts } from './facts.ts';
import { stillStands } from './order-held.ts';
import { fillInTime } from './order-last-day.ts';
import { notRecalled } from './order-moving.ts';
import { licensedWhereItGoes } from './order-routing.ts';
import type { RuleResult } from './results.ts';

/** As of the moment of dispensing. Every rule is answered, also when an earlier one already blocks. */
export function dispensing(facts: DispensingFacts, asking: Asking): RuleResult[] {
  const lot = facts.lot === 'not-yet' ? [] : [notRecalled(facts.lot)];
  const filled = [...notMoreThanOrdered(facts), ...lotSuffices(facts), ...finalCheck(facts)];
  return [
    ...beyondUse(facts, asking),
    ...facilityStanding(facts, asking.on),
    ...(facts.licensing === undefined ? [] : [licensedWhereItGoes(facts.licensing, asking.on)]),
    ...lot,
    ...filled,
    ...noChangeAwaited(facts),
    ...stillStands(facts.order),
    ...fillInTime(facts.order, facts.begunAt, asking.on),
  ];
}
