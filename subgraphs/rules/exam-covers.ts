/** Whether a good-faith exam carries this order (I1): right patient, approved, in time, for this service and these ingredients. */

import type { Asking, Place } from './asking.ts';
import { examinerLicensed } from './chart-standing.ts';
import { performs } from './authority.ts';
import { addMonths, dayOf } from './dates.ts';
import { outsideReliance } from './exam-outside.ts';
import { conditionsMet } from './exam-conditions.ts';
import { endedEarly } from './exam-since.ts';
import { validity } from './exam-validity.ts';
import type { ExamCoverageFacts, ExamFact, Fact, IngredientFact, OrderSigningFacts } from './facts.ts';
import { modality } from './modality.ts';
import { placeOf, serviceProblems } from './place.ts';
import { readRule } from './reading.ts';
import { failed, notKnown, passed, type RuleResult } from './results.ts';
import { isService } from './service-codes.ts';
import { classesOf, ingredientClass, substanceOf } from './substance-table.ts';
import { wholeList } from './whole-list.ts';

const NEW_EXAM = 'Hold a good-faith exam that covers this order.';

/** The exam's own facts, then what its state says of how and by whom it was held, and what has happened since. */
export function examResults(facts: OrderSigningFacts, place: Place, asking: Asking): RuleResult[] {
  return covering(facts, facts.exam, [coversIngredients(facts.service, facts.ingredients)], place, asking);
}

/** The same of a service as a whole, before anything is to be ordered. */
export function coverage(facts: ExamCoverageFacts, asking: Asking): RuleResult[] {
  const problems = serviceProblems(facts.service);
  const { place, result } = placeOf('jurisdiction.patient', facts.patientState, "The patient's state");
  if (facts.exam === 'none') {
    const remedy = `Hold a good-faith exam for ${facts.service || 'the service'}.`;
    return [...problems, failed('exam.service', 'The patient has no completed exam for the service', remedy)];
  }
  if (place === null) return [...problems, result];
  return [...problems, ...covering(facts, facts.exam, [], place, asking)];
}

function covering(
  { patientId, service }: Pick<ExamCoverageFacts, 'patientId' | 'service'>,
  exam: Fact<ExamFact>,
  ofOrder: readonly RuleResult[],
  place: Place,
  asking: Asking,
): RuleResult[] {
  if (exam == null) return [notKnown('exam.valid', 'The exam could not be read', NEW_EXAM)];
  return [
    samePatient(exam, patientId),
    approved(exam),
    ...conditionsMet(exam.conditions),
    sameState(exam, place),
    ...inTime(exam, place, asking),
    coversService(exam, service),
    ...ofOrder,
    ...modality(exam.modality, place, asking),
    performs(exam.examinerCredential, place, asking),
    examinerLicensed(exam.examinerLicenceThen),
    ...outsideReliance(exam.provenance, place, asking),
    ...endedEarly(exam.since),
  ];
}

function samePatient(exam: ExamFact, patientId: Fact<string>): RuleResult {
  if (!exam.patientId || !patientId) return notKnown('exam.patient', 'It is not known whose exam this is', NEW_EXAM);
  if (exam.patientId !== patientId) return failed('exam.patient', 'The exam is of another patient', NEW_EXAM);
  return passed('exam.patient', 'The exam is of this patient');
}

function approved(exam: ExamFact): RuleResult {
  const id = 'exam.approved';
  if (exam.status == null || exam.revoked == null) return notKnown(id, "The exam's state is not known", NEW_EXAM);
  if (exam.revoked) return failed(id, `The exam was revoked${since(exam.revokedAt)}`, NEW_EXAM);
  if (exam.status !== 'COMPLETED') return failed(id, `The exam is ${exam.status}`, 'Complete the exam.');
  if (exam.outcome == null) return notKnown(id, "The exam's outcome is not known", NEW_EXAM);
  if (exam.outcome === 'APPROVED_WITH_CONDITIONS' && (exam.conditions == null || exam.conditions.length === 0)) {
    return notKnown(
      id,
      'The exam was approved with conditions, which are not checked here',
      'Ask the examiner for an approval without conditions.',
    );
  }
  if (exam.outcome === 'APPROVED_WITH_CONDITIONS') return passed(id, 'The exam was completed and approved, with conditions');
  if (exam.outcome !== 'APPROVED') return failed(id, `The exam ended ${exam.outcome}`, NEW_EXAM);
  return passed(id, 'The exam was completed and approved');
}

function since(at: Fact<string>): string {
  const day = dayOf(at);
  return day === null ? '' : ` on ${day}`;
}

function sameState(exam: ExamFact, place: Place): RuleResult {
  const id = 'exam.patientState';
  if (!exam.patientState) return notKnown(id, 'It is not known where the patient was during the exam', NEW_EXAM);
  if (exam.patientState === place.code) return passed(id, `The exam was held with the patient in ${place.name}`);
  const message = `The exam was held with the patient in ${exam.patientState}; whether it carries an order in ${place.name} is not known`;
  return notKnown(id, message, `Hold an exam with the patient in ${place.name}.`);
}

// Both the date fixed at completion and today's attested term must hold: a term that was withdrawn since no longer carries.
function inTime(exam: ExamFact, place: Place, asking: Asking): RuleResult[] {
  const id = 'exam.valid';
  const term = validity(place, asking);
  const reading = readRule(asking, place, 'gfe.validityMonths');
  const today = dayOf(asking.on);
  const completed = dayOf(exam.completedAt);
  const until = dayOf(exam.validUntil);
  if (today === null || completed === null || until === null) return [term, notKnown(id, "The exam's dates are not known", NEW_EXAM)];
  if (completed > today) return [term, failed(id, `The exam is dated ${completed}, after the order`, NEW_EXAM)];
  if (until < today) return [term, failed(id, `The exam lapsed on ${until}`, NEW_EXAM)];
  if (reading.result !== null)
    return [term, notKnown(id, 'How long an exam may be relied upon is not known', reading.result.remedy ?? NEW_EXAM)];
  const termEnds = addMonths(completed, reading.value as number);
  if (termEnds < today) return [term, failed(id, `The exam lapsed on ${termEnds}`, NEW_EXAM)];
  const last = [until, termEnds].toSorted()[0];
  return [term, passed(id, `The exam of ${completed} may be relied upon until ${last}`)];
}

function coversService(exam: ExamFact, service: Fact<string>): RuleResult {
  if (exam.services == null || !service) return notKnown('exam.service', 'It is not known which services the exam cleared', NEW_EXAM);
  if (exam.services.includes(service)) return passed('exam.service', `The exam cleared ${service}`);
  return failed('exam.service', `The exam did not clear ${service}`, NEW_EXAM);
}

function coversIngredients(service: Fact<string>, given: Fact<readonly IngredientFact[]>): RuleResult {
  const id = 'exam.ingredientClass';
  const ingredients = wholeList(given);
  if (!isService(service) || ingredients === null || ingredients.length === 0) {
    return notKnown(id, 'It is not known whether the exam covers the ingredients', 'State service and ingredients.');
  }
  const covered = classesOf(service);
  for (const ingredient of ingredients) {
    const substance = substanceOf(ingredient);
    const kind = substance === null ? null : ingredientClass(substance);
    if (kind === null)
      return notKnown(id, `The class of ${ingredient.name || ingredient.unii || 'an ingredient'} is not known`, 'Load a class for it.');
    if (!covered.includes(kind)) {
      return failed(
        id,
        `An exam for ${service} does not screen for ${substance?.name} (${kind})`,
        'Hold an exam for the service that screens for it.',
      );
    }
  }
  return passed(id, `An exam for ${service} screens for every ingredient`);
}
