/** May this order be signed (I1, I2): exam, prescriber, protocol, ingredients, controlled substances. */

import { authority } from './authority.ts';
import { controlledResults } from './controlled.ts';
import { dayOf } from './dates.ts';
import { examResults } from './exam-covers.ts';
import type { OrderSigningFacts } from './facts.ts';
import { placeOf, serviceProblems } from './place.ts';
import { protocolInForce } from './protocol.ts';
import type { RuleResult } from './results.ts';
import { askField } from './state-field.ts';
import type { StateRecord } from './state-pack.ts';
import { evaluateSubstances } from './substances.ts';

/** Every rule an order stands on, in reading order. What signing stores with the order, and `eligibility` shows before. */
export function evaluateSigning(facts: OrderSigningFacts, on: string): RuleResult[] {
  const problems = serviceProblems(facts.service);
  const place = placeOf('jurisdiction.patient', facts.patientState, "The patient's state");
  const rest = [protocolInForce(facts.protocol, facts.service, on), ...evaluateSubstances(facts, on)];
  if (place.record === null) return [...problems, place.result, ...rest];
  return [
    ...problems,
    ...examResults(facts, place.record, on),
    inPersonFirst(facts, place.record, on),
    ...authority('prescriber', facts.prescriber, place.record, facts, on),
    ...rest,
    ...controlledResults(facts, place.record, on),
  ];
}

function inPersonFirst(facts: OrderSigningFacts, record: StateRecord, on: string): RuleResult {
  const today = dayOf(on);
  const evaluated = dayOf(facts.inPersonEvaluationOn);
  const seen = facts.exam?.modality === 'IN_PERSON' || (today !== null && evaluated !== null && evaluated <= today);
  return askField(record, 'prescribing.inPersonBeforeFirstRx', facts, on, (value) => {
    if (value === 'not-required')
      return { means: 'permits', message: `${record.name} asks for no visit in person before a first prescription` };
    if (seen) return { means: 'permits', message: `${record.name} asks for a visit in person, and one is on record` };
    if (value === 'required-with-exceptions') {
      return { means: 'on-condition', message: `${record.name} asks for a visit in person before a first prescription, with exceptions` };
    }
    return {
      means: 'forbids',
      message: `${record.name} asks for a visit in person before a first prescription`,
      remedy: 'See the patient in person.',
    };
  });
}
