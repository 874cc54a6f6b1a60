/** Minors are outside this programme: by the birth date on record, on the day the exam is held. */

import { isDay, localDay } from './dates.ts';
import type { Fact } from './facts.ts';
import { failed, notKnown, passed, type RuleResult } from './results.ts';

const ADULT_AT = 18;
const SOURCE = 'Good-faith exam reference, core history, core.adult: minors are outside this programme';

/**
 * Whether somebody is of age at a moment, RFC 3339. Where they are then is not asked: it counts as the earliest day there is anywhere, and
 * who was born on 29 February comes of age on 1 March in a year without that day.
 */
export function adult(birthDate: Fact<string>, at: Fact<string>): RuleResult {
  const id = 'patient.adult';
  const on = typeof at === 'string' ? localDay(at, null) : null;
  if (!isDay(birthDate) || on === null) {
    return notKnown(
      id,
      'It is not known whether the patient is of age',
      'Record the date of birth, and state the time of the exam.',
      SOURCE,
    );
  }
  const comesOfAge = `${Number(birthDate.slice(0, 4)) + ADULT_AT}${birthDate.slice(4)}`;
  if (comesOfAge <= on) return passed(id, `The patient is ${ADULT_AT} years or older`, SOURCE);
  const remedy = 'Nothing can be offered to a minor here. If the date of birth is wrong, correct it.';
  return failed(id, `The patient is under ${ADULT_AT} on the day of the exam`, remedy, SOURCE);
}
