/** May this order be signed (I1, I2): exam, prescriber, protocol, ingredients, controlled substances. */

import type { Asking, Place } from './asking.ts';
import { authority } from './authority.ts';
import { addressState, formularyItem, safetyHold } from './chart-standing.ts';
import { differenceResults } from './clinical-difference.ts';
import { consents } from './consents.ts';
import { controlledResults } from './controlled.ts';
import { dayOf } from './dates.ts';
import { doseResults } from './dose.ts';
import { drugScreeningResults } from './drug-screening.ts';
import { wordingResults } from './difference-wording.ts';
import { examResults } from './exam-covers.ts';
import { excludedExcipients } from './excluded-excipients.ts';
import type { OrderSigningFacts } from './facts.ts';
import { validityResults } from './order-last-day.ts';
import { mayReplace } from './order-replacing.ts';
import { placeOf, serviceProblems } from './place.ts';
import { contentResults } from './prescription-content.ts';
import { protocolInForce } from './protocol.ts';
import { askRule } from './reading.ts';
import type { RuleResult } from './results.ts';
import { substances } from './substances.ts';

/** Every rule an order stands on, in reading order. What signing stores with the order, and `eligibility` shows before. */
export function signing(facts: OrderSigningFacts, asking: Asking): RuleResult[] {
  const problems = serviceProblems(facts.service);
  const { place, result } = placeOf('jurisdiction.patient', facts.patientState, "The patient's state");
  const rest = [
    protocolInForce(facts.protocol, facts.service, asking.on),
    ...substances(facts, asking),
    ...differenceResults(facts, asking),
    ...wordingResults(facts),
  ];
  const own = [
    ...consents(facts),
    addressState(facts),
    formularyItem(facts.formulary),
    ...excludedExcipients(facts),
    safetyHold(facts.safetyHolds),
    ...drugScreeningResults(facts),
    ...mayReplace(facts),
  ];
  if (place === null) return [...problems, result, ...rest, ...own, ...doseResults(facts.dosing)];
  const controlled = controlledResults(facts, place, asking);
  return [
    ...problems,
    ...examResults(facts, place, asking),
    inPersonFirst(facts, place, asking),
    ...authority('prescriber', facts.prescriber, place, asking),
    ...rest,
    ...controlled,
    ...validityResults(place, asking),
    ...own,
    ...doseResults(facts.dosing),
    ...contentResults(facts, controlled.length > 0, asking),
  ];
}

function inPersonFirst(facts: OrderSigningFacts, place: Place, asking: Asking): RuleResult {
  const today = dayOf(asking.on);
  const evaluated = dayOf(facts.inPersonEvaluationOn);
  const seen = facts.exam?.modality === 'IN_PERSON' || (today !== null && evaluated !== null && evaluated <= today);
  return askRule(asking, place, 'prescribing.inPersonBeforeFirstRx', (value) => {
    if (value === 'not-required')
      return { means: 'permits', message: `${place.name} asks for no visit in person before a first prescription` };
    if (seen) return { means: 'permits', message: `${place.name} asks for a visit in person, and one is on record` };
    if (value === 'required-with-exceptions') {
      return { means: 'on-condition', message: `${place.name} asks for a visit in person before a first prescription, with exceptions` };
    }
    return {
      means: 'forbids',
      message: `${place.name} asks for a visit in person before a first prescription`,
      remedy: 'See the patient in person.',
    };
  });
}
