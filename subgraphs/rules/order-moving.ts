/** The gates an order passes after signing, each on top of routing: send, claim, ship. */

import { accountStands } from './account-standing.ts';
import type { Asking } from './asking.ts';
import { authority } from './authority.ts';
import { noChangeAwaited } from './change-awaited.ts';
import { examinerLicensed, examStands, pharmacyOpen, safetyHold } from './chart-standing.ts';
import { consents } from './consents.ts';
import { transmission } from './controlled-transmission.ts';
import { endedEarly } from './exam-since.ts';
import type { CheckFact, Fact, LotFact, OrderClaimingFacts, OrderSendingFacts, OrderShippingFacts } from './facts.ts';
import { notOver } from './order-last-day.ts';
import { ofRefill } from './order-refilling.ts';
import { stillStands } from './order-held.ts';
import { hasReplaced } from './order-replacing.ts';
import { routing } from './order-routing.ts';
import { placeOf } from './place.ts';
import { protocolStands } from './protocol.ts';
import { failed, notKnown, passed, type RuleResult } from './results.ts';
import { materialStands } from './substance-conditions.ts';
import { wholeList } from './whole-list.ts';

/** May this order go to its pharmacy now? */
export function sending(facts: OrderSendingFacts, asking: Asking): RuleResult[] {
  return [
    ...routing(facts, asking),
    ...stillPrescribes(facts, asking),
    ...protocolStands(facts.protocol),
    examStands(facts.examRevoked),
    examinerLicensed(facts.examinerLicenceThen),
    ...endedEarly(facts.since),
    ...consents(facts),
    pharmacyOpen(facts.pharmacyStatus),
    ...accountStands(facts),
    safetyHold(facts.safetyHolds),
    ...transmission(facts.transmission, facts.shipToState, asking),
    ...materialStands(facts.material, asking),
    ...hasReplaced(facts),
    ...noChangeAwaited(facts),
    ...ofRefill(facts.refill, asking.on),
    ...notOver(facts.lastDay, asking.on),
  ];
}

// A signature stands for the day it was given: whoever lost the licence since sends nothing. Without a state, routing has said so.
function stillPrescribes(facts: OrderSendingFacts, asking: Asking): RuleResult[] {
  const { place } = placeOf('jurisdiction.shipTo', facts.shipToState, 'The ship-to state');
  return place === null ? [] : authority('prescriber', facts.prescriber, place, asking);
}

/** May this pharmacy take the order on: routing, then every check of the verification. */
export function claiming(facts: OrderClaimingFacts, asking: Asking): RuleResult[] {
  return [...routing(facts, asking), ...accountStands(facts), ...verification(facts.checks)];
}

/** May what was dispensed leave the pharmacy? */
export function shipping(facts: OrderShippingFacts, asking: Asking): RuleResult[] {
  return [...routing(facts, asking), notRecalled(facts.lot), ...stillStands(facts.order)];
}

/** Whether a lot may leave the pharmacy: asked when it is dispensed and again when it is shipped. */
export function notRecalled(lot: Fact<LotFact>): RuleResult {
  const id = 'lot.notRecalled';
  if (lot == null || lot.status == null) return notKnown(id, 'The lot could not be read', 'Try again; if it lasts, check the lot record.');
  if (lot.status === 'RELEASED') return passed(id, `Lot ${lot.number} is not recalled`);
  if (lot.status === 'RECALLED') return failed(id, `Lot ${lot.number} is recalled`, 'Use another lot.');
  if (lot.status === 'QUARANTINED') return failed(id, `Lot ${lot.number} has not passed its check yet`, 'Let a pharmacist release it.');
  if (lot.status === 'REFUSED') return failed(id, `Lot ${lot.number} did not pass its check`, 'Use another lot.');
  return notKnown(id, `Lot ${lot.number} is ${lot.status}`, 'Use a released lot.');
}

function verification(given: Fact<readonly CheckFact[]>): RuleResult[] {
  const checks = wholeList(given);
  if (checks === null || checks.length === 0) {
    return [notKnown('verification', 'The order was not verified', 'Verify the order.')];
  }
  return checks.map(({ code, outcome, detail, citation, remedy }): RuleResult => {
    const id = `verification.${code}`;
    if (outcome === 'PASS') return passed(id, detail, citation);
    const what = remedy ?? 'Verify again; if it lasts, ask the clinic.';
    return outcome === 'FAIL' ? failed(id, detail, what, citation) : notKnown(id, detail, what, citation);
  });
}
