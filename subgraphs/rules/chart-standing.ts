/** What the chart's own rows say of an order, beside the rules of states and substances. */

import type { Fact, OrderSigningFacts } from './facts.ts';
import { failed, notKnown, passed, type RuleResult } from './results.ts';
import { wholeList } from './whole-list.ts';

/** The address on record must be in the state the order goes to: where the patient is decides whose rules and licences are asked (I2). */
export function addressState(facts: Pick<OrderSigningFacts, 'addressState' | 'patientState'>): RuleResult {
  const id = 'patient.state';
  const [address, order] = [facts.addressState, facts.patientState];
  if (!address || !order)
    return notKnown(id, 'The patient record could not be read', 'Try again; if it lasts, check the address on record.');
  if (address === order) return passed(id, `The patient's address and the order's are both in ${address}`);
  return notKnown(
    id,
    `The patient's address is in ${address} and the order goes to ${order}; where the patient is now is not known`,
    'Confirm with the patient where they are, then correct the address on record or draft the order again.',
  );
}

/** Whether what was drafted is still what its pharmacy offers. */
export type FormularyStanding = 'OFFERED' | 'WITHDRAWN' | 'CHANGED';

/** What was drafted must still be what its pharmacy offers. */
export function formularyItem(standing: Fact<FormularyStanding>): RuleResult {
  const id = 'formulary.item';
  switch (standing) {
    case 'OFFERED':
      return passed(id, 'The preparation is offered as it was drafted');
    case 'WITHDRAWN':
      return failed(id, 'The pharmacy does not offer this preparation any more', 'Choose another preparation.');
    case 'CHANGED':
      return failed(
        id,
        'The preparation has changed since the order was drafted',
        'Draft the order again with the preparation as it is now.',
      );
    default:
      return notKnown(id, 'The formulary item could not be read', 'Try again; if it lasts, ask the pharmacy.');
  }
}

/** Whether anything is held. No hold on record is a pass. */
export function safetyHold(holds: Fact<readonly string[]>): RuleResult {
  const id = 'safety.hold';
  const reasons = wholeList(holds);
  if (reasons === null) return notKnown(id, 'Safety holds could not be read', 'Try again; if it lasts, check the safety holds.');
  if (reasons.length === 0) return passed(id, 'No safety hold is on record');
  // What was signed names the exam it stands on: no other exam can take its place, so nobody lifts such a hold.
  const ofExam = reasons.every((reason) => reason === 'EXAM_ENTERED_IN_ERROR' || reason === 'EXAM_REVOKED');
  const remedy = ofExam ? 'Cancel the order, and sign another on an exam that covers it.' : 'Ask the medical director to lift it.';
  return failed(id, `A safety hold is on record: ${reasons.join(', ')}`, remedy);
}

/** Routing relies on the exam as signing did: one that was taken back carries nothing any more. */
export function examStands(revoked: Fact<boolean>): RuleResult {
  const id = 'exam.standing';
  if (revoked == null) return notKnown(id, 'The exam could not be read', 'Try again; if it lasts, check the exam record.');
  if (revoked) return failed(id, 'The exam was revoked', 'Hold a good-faith exam that covers this order.');
  return passed(id, 'The exam stands');
}

/** A board may take a licence back for days that are past: an exam held on one of them carries nothing any more (I2). */
export function examinerLicensed(then: Fact<string>): RuleResult {
  const id = 'exam.examinerLicence';
  if (then == null || then === 'UNVERIFIED') {
    const message = "What the examiner's licence where the patient was had been on the day of the exam is not known";
    return notKnown(id, message, 'Verify the licence at its board.');
  }
  if (then === 'ACTIVE') return passed(id, 'The examiner was licensed where the patient was on the day of the exam, as known now');
  const found = then === 'none' ? 'The examiner had no licence' : `The examiner's licence was ${then}`;
  const remedy = 'Hold a good-faith exam that covers this order.';
  return failed(id, `${found} where the patient was on the day of the exam, as known now`, remedy);
}

/** Only a pharmacy that is open for orders gets one. */
export function pharmacyOpen(status: Fact<string>): RuleResult {
  const id = 'pharmacy.active';
  if (status == null) return notKnown(id, 'The pharmacy could not be read', 'Try again; if it lasts, ask the pharmacy.');
  if (status === 'ACTIVE') return passed(id, 'The pharmacy takes orders');
  return failed(id, `The pharmacy is ${status}`, 'Choose another pharmacy.');
}
