/** The DEA registration and, where a state asks for one of its own, the state's: in the patient's state, for the schedules ordered. */

import type { Asking, Place } from './asking.ts';
import { type Controlled, NOT_KNOWN } from './controlled-schedule.ts';
import { dayOf } from './dates.ts';
import type { Fact, PractitionerFact } from './facts.ts';
import type { DeaFact } from './people-facts.ts';
import { readRule } from './reading.ts';
import { bestOf, failed, notKnown, passed, type RuleResult } from './results.ts';
import { wholeList } from './whole-list.ts';

type Prescriber = Fact<Pick<PractitionerFact, 'deaRegistrations' | 'stateRegistrations'>>;

interface Registration {
  readonly id: string;
  readonly what: string;
  readonly citation: string | null;
}

/** The DEA's, for the schedules given. */
export function deaRegistration(prescriber: Prescriber, wanted: readonly string[], place: Place, on: string): RuleResult {
  const asked = { id: 'dea.prescriber', what: 'DEA registration', citation: '21 CFR 1301.12, 1306.03' };
  return registration(asked, prescriber?.deaRegistrations, wanted, place, on);
}

/** The schedules the DEA registers for: federal ones. What only a state schedules asks for none. */
export function federalSchedules(controlled: readonly Controlled[]): string[] {
  return controlled.flatMap(({ federal }) => (federal === null ? [] : [federal]));
}

/** Some states ask for a registration of their own beside the DEA's. Of the others it is an open question, which blocks. */
export function stateRegistration(prescriber: Prescriber, wanted: readonly string[], place: Place, asking: Asking): RuleResult[] {
  const given = prescriber?.stateRegistrations;
  if (given === undefined) return [];
  const reading = readRule(asking, place, 'csr.required');
  if (reading.result !== null) return [reading.result];
  if (reading.value !== true) return [];
  const asked = { id: 'csr.prescriber', what: 'state registration for controlled substances', citation: reading.rule?.citation ?? null };
  return [registration(asked, given, wanted, place, asking.on)];
}

function registration(
  { id, what, citation }: Registration,
  given: Fact<readonly DeaFact[]>,
  wanted: readonly string[],
  place: Place,
  on: string,
): RuleResult {
  const registrations = wholeList(given);
  if (registrations === null) {
    return notKnown(id, `The prescriber's ${what}s could not be read`, 'Try again; if it lasts, check the registration record.', citation);
  }
  if (wanted.includes(NOT_KNOWN)) return notKnown(id, 'The schedule to be registered for is not known', 'Load the schedule.', citation);
  const today = dayOf(on);
  const possible = registrations.filter((one) => one.state == null || one.state === place.code);
  const judged = possible.map((one) => {
    const expires = dayOf(one.expiresOn);
    if (today === null || one.state == null || one.status == null || expires === null || one.schedules == null) {
      return notKnown(id, `A ${what} is not fully recorded`, 'Record state, status, schedules and expiry.', citation);
    }
    const good = one.status === 'ACTIVE' && expires >= today && wanted.every((schedule) => one.schedules?.includes(schedule));
    return good
      ? passed(id, `The prescriber holds a ${what} in ${place.name}`, citation)
      : failed(
          id,
          `The prescriber's ${what} in ${place.name} does not cover this`,
          'Renew the registration, or choose another prescriber.',
          citation,
        );
  });
  return bestOf(judged) ?? failed(id, `The prescriber has no ${what} in ${place.name}`, 'Choose another prescriber.', citation);
}
