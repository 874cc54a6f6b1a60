/** May this exam be completed as it was held, and until when may an approval be relied upon. */

import { addMonths, dayOf, isInstant, localDay } from './dates.ts';
import type { Asking } from './asking.ts';
import { authority, performs } from './authority.ts';
import { liveContact } from './call.ts';
import { examinerLicensed } from './chart-standing.ts';
import { consents } from './consents.ts';
import { booking } from './exam-booking.ts';
import { origin, outsideReliance, samePerson } from './exam-outside.ts';
import { validity } from './exam-validity.ts';
import { newestAnswers } from './intake-newest.ts';
import type { AgreementFact, ExamCompletionFacts, Fact, OutsideExamFact } from './facts.ts';
import { modality } from './modality.ts';
import { placeOf, serviceProblems, stateOf } from './place.ts';
import { readRule } from './reading.ts';
import { failed, notKnown, passed, type RuleResult } from './results.ts';
import { screeningResults } from './screening-results.ts';

/** Everything booking asks, again; for an approval also identity, consents, screening and the exam's validity. */
export function completion(facts: ExamCompletionFacts, asking: Asking): RuleResult[] {
  if (facts.outside !== undefined) return confirmation(facts, facts.outside, asking);
  const results = booking(facts, asking);
  if (facts.outcome == null) {
    return [...results, notKnown('exam.outcome', 'The outcome is not known', 'State the outcome.')];
  }
  if (!isApproval(facts.outcome)) return results;
  const place = stateOf(facts.patientState);
  return [
    ...results,
    identity(facts.identityVerified),
    ...liveContact(facts),
    ...consents(facts),
    ...newestAnswers(facts.intakeReplacedAt),
    ...screeningResults(facts),
    ...(place === null ? [] : [validity(place, asking)]),
  ];
}

/** With conditions or without: an approval that waits for something is asked for all the rest at once. */
function isApproval(outcome: ExamCompletionFacts['outcome']): boolean {
  return outcome === 'APPROVED' || outcome === 'APPROVED_WITH_CONDITIONS';
}

/** The last day on which an exam completed at that moment may be relied upon; null while nobody has attested a validity. */
export function validUntil(patientState: Fact<string>, completedAt: string, asking: Asking): string | null {
  const place = stateOf(patientState);
  const day = dayOf(completedAt);
  if (place === null || day === null) return null;
  const reading = readRule(asking, place, 'gfe.validityMonths');
  return reading.result === null ? addMonths(day, reading.value as number) : null;
}

/**
 * The same of an exam that was held elsewhere, when it is confirmed as a patient's: what completing would have asked there and then, of the
 * day it was held where that is on record, and of today.
 */
function confirmation(facts: ExamCompletionFacts, outside: OutsideExamFact, asking: Asking): RuleResult[] {
  const { place, result } = placeOf('jurisdiction.patient', facts.patientState, "The patient's state");
  const own = [...serviceProblems(facts.service), heldAt(facts.startsAt, asking.on), samePerson(outside), ...origin(outside)];
  if (place === null) return [...own, result];
  const results = [
    ...own,
    ...modality(facts.modality, place, asking),
    performs(facts.examiner?.credential, place, asking),
    examinerLicensed(outside.examinerLicenceThen),
    // Of an agreement that began after the exam, or was over by then, nothing follows for the exam.
    ...authority('examiner', asOfThen(facts), place, asking),
  ];
  if (facts.outcome == null) return [...results, notKnown('exam.outcome', 'The outcome is not known', 'State the outcome.')];
  if (!isApproval(facts.outcome)) return results;
  return [
    ...results,
    ...outsideReliance(outside.provenance, place, asking),
    ...consents(facts),
    ...screeningResults(facts),
    validity(place, asking),
  ];
}

/** That it is known when it was held, and that it has been: everything asked of the day it was held rests on that. */
function heldAt(startsAt: Fact<string>, on: string): RuleResult {
  const id = 'exam.heldAt';
  const day = dayOf(startsAt);
  if (startsAt == null || day === null) return notKnown(id, 'It is not known when the exam was held', 'State when its examiner decided.');
  const isAhead = isInstant(startsAt) && isInstant(on) ? Date.parse(startsAt) > Date.parse(on) : day > (dayOf(on) ?? '');
  if (isAhead) return failed(id, `The exam is said to be of ${day}, which lies ahead`, 'Put right when its examiner decided.');
  return passed(id, `The exam was held on ${day}`);
}

// Where the exam's own zone is not known, an agreement must have begun by the earliest day that it can have been there.
function asOfThen({ examiner, startsAt }: ExamCompletionFacts): ExamCompletionFacts['examiner'] {
  const day = startsAt == null ? null : (localDay(startsAt, null) ?? dayOf(startsAt));
  if (examiner?.agreements == null || day === null) return examiner;
  const began = (agreement: AgreementFact) => (dayOf(agreement.startsOn) ?? day) <= day;
  return { ...examiner, agreements: examiner.agreements.filter((agreement) => agreement == null || began(agreement)) };
}

function identity(verified: Fact<boolean>): RuleResult {
  if (verified === true) return passed('exam.identity', "The patient's identity was confirmed");
  const remedy = "Confirm the patient's identity against a government document or an existing record.";
  if (verified === false) return failed('exam.identity', "The patient's identity was not confirmed", remedy);
  return notKnown('exam.identity', "It is not recorded whether the patient's identity was confirmed", remedy);
}
