/** May this exam be held: at hold, booking, request, reschedule, and again when it starts. */

import { authority, performs } from './authority.ts';
import { dayOf } from './dates.ts';
import type { ExamBookingFacts } from './facts.ts';
import { modality } from './modality.ts';
import { placeOf, serviceProblems } from './place.ts';
import { notKnown, type RuleResult } from './results.ts';

/** Asks state, modality, performer, licence and agreement. `on` is now; licences must also be good on the day of the exam. */
export function evaluateBooking(facts: ExamBookingFacts, on: string): RuleResult[] {
  const problems = serviceProblems(facts.service);
  const startsOn = dayOf(facts.startsAt);
  if (startsOn === null) problems.push(notKnown('exam.startsAt', 'It is not known when the exam is to be held', 'State the time.'));
  const place = placeOf('jurisdiction.patient', facts.patientState, "The patient's state");
  if (place.record === null) return [...problems, place.result];
  const today = dayOf(on);
  const until = startsOn !== null && today !== null && startsOn > today ? startsOn : today;
  return [
    ...problems,
    ...modality(facts.modality, place.record, facts, on),
    performs(facts.examiner?.credential, place.record, facts, on),
    ...authority('examiner', facts.examiner, place.record, facts, on, until),
  ];
}
