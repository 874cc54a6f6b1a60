/** May this exam be completed as it was held, and until when may an approval be relied upon. */

import { addMonths, dayOf } from './dates.ts';
import { evaluateBooking } from './exam-booking.ts';
import type { AttestedFacts, ExamCompletionFacts, Fact } from './facts.ts';
import { failed, notKnown, passed, type RuleResult } from './results.ts';
import { screeningResults } from './screening-results.ts';
import { askField, readField } from './state-field.ts';
import { type StateRecord, stateRecord } from './state-pack.ts';

/** Everything booking asks, again; for an approval also identity, consents, screening and the exam's validity. */
export function evaluateCompletion(facts: ExamCompletionFacts, on: string): RuleResult[] {
  const results = evaluateBooking(facts, on);
  if (facts.outcome == null) {
    return [...results, notKnown('exam.outcome', 'The outcome is not known', 'State the outcome.')];
  }
  if (facts.outcome !== 'APPROVED' && facts.outcome !== 'APPROVED_WITH_CONDITIONS') return results;
  const record = stateRecord(facts.patientState);
  return [
    ...results,
    identity(facts.identityVerified),
    ...consents(facts),
    ...screeningResults(facts.screening, facts.rationale),
    ...(record === null ? [] : [validity(record, facts, on)]),
  ];
}

/** Whether anyone has said how long an exam may be relied upon: no state does, so the entity's attestation must. */
export function validity(record: StateRecord, facts: AttestedFacts, on: string): RuleResult {
  return askField(record, 'gfe.validityMonths', facts, on, (value) => ({
    means: 'permits',
    message: `An exam in ${record.name} may be relied upon for ${value} months`,
  }));
}

/** The last day on which an exam completed at that moment may be relied upon; null while nobody has attested a validity. */
export function examValidUntil(
  facts: AttestedFacts & { readonly patientState: Fact<string> },
  completedAt: string,
  on: string,
): string | null {
  const record = stateRecord(facts.patientState);
  const day = dayOf(completedAt);
  if (record === null || day === null) return null;
  const reading = readField(record, 'gfe.validityMonths', facts, on);
  return reading.result === null ? addMonths(day, reading.value as number) : null;
}

function identity(verified: Fact<boolean>): RuleResult {
  if (verified === true) return passed('exam.identity', "The patient's identity was confirmed");
  const remedy = "Confirm the patient's identity against a government document or an existing record.";
  if (verified === false) return failed('exam.identity', "The patient's identity was not confirmed", remedy);
  return notKnown('exam.identity', "It is not recorded whether the patient's identity was confirmed", remedy);
}

/** Whether the patient has agreed to be treated and, unless the exam is in person, to telehealth. Booking asks this too. */
export function consents(facts: Pick<ExamCompletionFacts, 'modality' | 'consents'>): RuleResult[] {
  const needed = facts.modality === 'IN_PERSON' ? ['TREATMENT'] : ['TREATMENT', 'TELEHEALTH'];
  return needed.map((kind) => {
    const id = `consent.${kind}`;
    const remedy = `Ask the patient for the consent ${kind}.`;
    if (facts.consents == null) return notKnown(id, 'The consents could not be read', remedy);
    if (facts.consents.includes(kind)) return passed(id, `The consent ${kind} is in force`);
    return failed(id, `The consent ${kind} is missing`, remedy);
  });
}
