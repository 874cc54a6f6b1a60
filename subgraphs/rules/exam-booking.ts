/** May this exam be held: at hold, booking, request, reschedule, and again when it starts. */

import { adult } from './adult.ts';
import { authority, performs } from './authority.ts';
import { dayOf } from './dates.ts';
import type { Asking } from './asking.ts';
import { offered } from './clinic-offers.ts';
import { clinicOpen } from './clinic-service.ts';
import type { ExamAgreedFacts, ExamBookingFacts } from './facts.ts';
import { consents } from './consents.ts';
import { modality } from './modality.ts';
import { placeOf, serviceProblems } from './place.ts';
import { notKnown, type RuleResult } from './results.ts';

/** Asks clinic, state, modality, performer, licence and agreement. Licences must be good now and on the day of the exam. */
export function booking(facts: ExamBookingFacts, asking: Asking): RuleResult[] {
  const problems = [...offered(facts), ...serviceProblems(facts.service)];
  const startsOn = dayOf(facts.startsAt);
  if (startsOn === null) problems.push(notKnown('exam.startsAt', 'It is not known when the exam is to be held', 'State the time.'));
  const { place, result } = placeOf('jurisdiction.patient', facts.patientState, "The patient's state");
  if (place === null) return [...problems, result];
  const today = dayOf(asking.on);
  const until = startsOn !== null && today !== null && startsOn > today ? startsOn : today;
  return [
    ...problems,
    ...(facts.patientBirthDate === undefined ? [] : [adult(facts.patientBirthDate, facts.startsAt)]),
    ...modality(facts.modality, place, asking),
    performs(facts.examiner?.credential, place, asking),
    ...authority('examiner', facts.examiner, place, asking, until),
  ];
}

/** The same, and whether the service is open at its clinic. An exam that began is completed without asking that again. */
export function bookingOpen(facts: ExamBookingFacts, asking: Asking): RuleResult[] {
  const asked = booking(facts, asking);
  return [...asked, ...clinicOpen(facts, asking, asked)];
}

/** The same, and what the patient must have agreed to. */
export function bookingAgreed(facts: ExamAgreedFacts, asking: Asking): RuleResult[] {
  return [...bookingOpen(facts, asking), ...consents(facts)];
}
