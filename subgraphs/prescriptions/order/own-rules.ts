/** What only the chart's own rows can answer, asked beside the rules of `rules/` and shown with them. */

import type { ExamCompletionFacts, Modality } from '#rules/facts.ts';
import { failed, notKnown, passed, type RuleResult } from '#rules/results.ts';
import { canonicalText } from '../document/canonical.ts';
import type { Chart } from './chart.ts';
import { snapshotOf } from './drug-snapshot.ts';
import type { FormularyItemAnswer } from './neighbour-facts.ts';

/** What the rule of consents is told: booking asks the same rule. */
export type ConsentFacts = Pick<ExamCompletionFacts, 'modality' | 'consents'>;

/** The patient's consents now, and how the exam was held; an exam that cannot be read asks for both consents. */
export function consentFacts({ exam, consents }: Chart): ConsentFacts {
  return { modality: (exam?.modality ?? null) as Modality | null, consents: consents.map(({ kind }) => kind) };
}

/** The address on record must be in the state the order goes to: where the patient is decides whose rules and licences are asked (I2). */
export function whereabouts({ order, patient }: Chart): RuleResult {
  const id = 'patient.state';
  const remedy = 'Confirm with the patient where they are, then correct the address on record or draft the order again.';
  if (patient === null) return notKnown(id, 'The patient record could not be read', 'Try again.');
  if (patient.state === order.shipToState) return passed(id, `The patient's address and the order's are both in ${patient.state}`);
  return notKnown(
    id,
    `The patient's address is in ${patient.state} and the order goes to ${order.shipToState}; where the patient is now is not known`,
    remedy,
  );
}

/** What was drafted must still be what its pharmacy offers. */
export function formulaUnchanged({ order }: Chart, item: FormularyItemAnswer | null): RuleResult {
  const id = 'formulary.item';
  if (item === null) return notKnown(id, 'The formulary item could not be read', 'Try again; if it lasts, ask the pharmacy.');
  if (!item.active) return failed(id, 'The pharmacy does not offer this preparation any more', 'Choose another preparation.');
  if (canonicalText(snapshotOf(item)) !== canonicalText(order.drug)) {
    return failed(
      id,
      'The preparation has changed since the order was drafted',
      'Draft the order again with the preparation as it is now.',
    );
  }
  return passed(id, 'The preparation is offered as it was drafted');
}

/** Routing relies on the exam as signing did: one that was taken back carries nothing any more. */
export function examStands({ exam }: Chart): RuleResult {
  const id = 'exam.standing';
  if (exam === null) return notKnown(id, 'The exam could not be read', 'Try again.');
  if (exam.revokedAt !== null) return failed(id, 'The exam was revoked', 'Hold a good-faith exam that covers this order.');
  return passed(id, 'The exam stands');
}

/** Only a pharmacy that is open for orders gets one. */
export function pharmacyOpen(item: FormularyItemAnswer | null): RuleResult {
  const id = 'pharmacy.active';
  if (item === null) return notKnown(id, 'The pharmacy could not be read', 'Try again; if it lasts, ask the pharmacy.');
  if (item.pharmacy.status === 'ACTIVE') return passed(id, 'The pharmacy takes orders');
  return failed(id, `The pharmacy is ${item.pharmacy.status}`, 'Choose another pharmacy.');
}
