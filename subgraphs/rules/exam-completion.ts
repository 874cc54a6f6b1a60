/** May this exam be completed as it was held, and until when may an approval be relied upon. */

import { addMonths, dayOf } from './dates.ts';
import type { Asking } from './asking.ts';
import { liveContact } from './call.ts';
import { consents } from './consents.ts';
import { booking } from './exam-booking.ts';
import { validity } from './exam-validity.ts';
import type { ExamCompletionFacts, Fact } from './facts.ts';
import { stateOf } from './place.ts';
import { readRule } from './reading.ts';
import { failed, notKnown, passed, type RuleResult } from './results.ts';
import { screeningResults } from './screening-results.ts';

/** Everything booking asks, again; for an approval also identity, consents, screening and the exam's validity. */
export function completion(facts: ExamCompletionFacts, asking: Asking): RuleResult[] {
  const results = booking(facts, asking);
  if (facts.outcome == null) {
    return [...results, notKnown('exam.outcome', 'The outcome is not known', 'State the outcome.')];
  }
  if (facts.outcome !== 'APPROVED' && facts.outcome !== 'APPROVED_WITH_CONDITIONS') return results;
  const place = stateOf(facts.patientState);
  return [
    ...results,
    identity(facts.identityVerified),
    ...liveContact(facts),
    ...consents(facts),
    ...screeningResults(facts.screening, facts.rationale),
    ...(place === null ? [] : [validity(place, asking)]),
  ];
}

/** The last day on which an exam completed at that moment may be relied upon; null while nobody has attested a validity. */
export function validUntil(patientState: Fact<string>, completedAt: string, asking: Asking): string | null {
  const place = stateOf(patientState);
  const day = dayOf(completedAt);
  if (place === null || day === null) return null;
  const reading = readRule(asking, place, 'gfe.validityMonths');
  return reading.result === null ? addMonths(day, reading.value as number) : null;
}

function identity(verified: Fact<boolean>): RuleResult {
  if (verified === true) return passed('exam.identity', "The patient's identity was confirmed");
  const remedy = "Confirm the patient's identity against a government document or an existing record.";
  if (verified === false) return failed('exam.identity', "The patient's identity was not confirmed", remedy);
  return notKnown('exam.identity', "It is not recorded whether the patient's identity was confirmed", remedy);
}
