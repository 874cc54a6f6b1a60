/** The last day on which an order may be filled: its exam's, and the day on which the prescription itself stops holding where a rule says so. */

import { type Asking, type Place, unitedStates } from './asking.ts';
import { controlledAmong, placesThatCount, strictest } from './controlled-schedule.ts';
import { addDays, addMonths, dayOf } from './dates.ts';
import type { Fact, OrderSigningFacts } from './facts.ts';
import type { OrderStandingFact } from './order-life-facts.ts';
import { library } from './packs.ts';
import { stateOf } from './place.ts';
import { isRaised, readRule } from './reading.ts';
import { failed, notKnown, passed, type RuleResult } from './results.ts';

/** For how long any prescription holds, where a release says so: none does yet. */
const VALIDITY = 'prescription.validityMonths';

/**
 * A fill begins with the pharmacy's claim. One that began by the order's last day is finished within so many days after it: compounding
 * takes days. Our own number, no source gives any. Of a controlled prescription the filling itself ends with the last day (21 CFR 1306.22(a)).
 */
export const FILL_DAYS = 7;

/** What says how long a prescription holds. */
export interface PrescriptionTerm {
  /** The exam's last day. */
  readonly examValidUntil: Fact<string>;
  /** The day, or moment, on which it was signed. */
  readonly issuedOn: string;
  /** Of a controlled prescription: its schedule; null of any other. */
  readonly schedule: string | null;
  /** The patient's state, then those whose schedules count beside it. */
  readonly places: readonly Place[];
}

/** The last day, the earliest of all that are known; null while the exam's is not. */
export function lastFillDay({ examValidUntil, issuedOn, schedule, places }: PrescriptionTerm, asking: Asking): string | null {
  const [covered, issued] = [dayOf(examValidUntil), dayOf(issuedOn)];
  if (covered === null || issued === null) return null;
  const months = [...limits(VALIDITY, places.slice(0, 1), asking), ...(schedule === null ? [] : ofSchedule(schedule, places, asking))];
  return [covered, ...months.map((count) => addMonths(issued, count))].toSorted()[0] ?? covered;
}

/** The last day of what is about to be signed, as the facts of its gate have it. */
export function lastDayAtSigning(facts: OrderSigningFacts, on: string): string | null {
  const { attestations = null, entityName = null } = facts;
  const asking: Asking = { rules: library.on(on), on, attestations, entityName };
  const patient = stateOf(facts.patientState);
  const places = patient === null ? [] : placesThatCount(patient, facts.controlled);
  const controlled = controlledAmong(facts.ingredients, places, asking);
  const schedule = controlled.length === 0 ? null : strictest(controlled);
  return lastFillDay({ examValidUntil: facts.exam?.validUntil, issuedOn: on, schedule, places }, asking);
}

/** The last day that a signed document by itself allows, as law had it when it was signed; what an entity does beyond that is for the clinic to say. */
export function lastDayOfDocument(said: { validUntil: string; signedAt: string; state: string; schedule: string | null }): string | null {
  const { validUntil, signedAt, state, schedule } = said;
  const asking: Asking = { rules: library.on(signedAt), on: signedAt, attestations: null, entityName: null };
  const patient = stateOf(state);
  return lastFillDay({ examValidUntil: validUntil, issuedOn: signedAt, schedule, places: patient === null ? [] : [patient] }, asking);
}

function ofSchedule(schedule: string, places: readonly Place[], asking: Asking): number[] {
  return limits(`controlled.refills-${schedule}`, places, asking);
}

// Federal law, and each state where a release raised the question. One that cannot be relied upon blocks the signature by itself.
function limits(key: string, places: readonly Place[], asking: Asking): number[] {
  return [unitedStates, ...places]
    .filter((place) => isRaised(asking, place, key))
    .flatMap((place) => {
      const reading = readRule(asking, place, key);
      if (reading.result !== null) return [];
      const { value } = reading;
      const months = typeof value === 'number' ? value : (value as { readonly validityMonths?: number | null }).validityMonths;
      return months == null ? [] : [months];
    });
}

/** Whether it is known how long a prescription holds in the patient's state: asked only where a release raises it. */
export function validityResults(place: Place, asking: Asking): RuleResult[] {
  return [unitedStates, place]
    .filter((one) => isRaised(asking, one, VALIDITY))
    .map((one) => {
      const reading = readRule(asking, one, VALIDITY);
      if (reading.result !== null) return reading.result;
      const { rule, value } = reading;
      return passed(`${one.code}.${VALIDITY}`, `A prescription holds for ${value} months`, rule?.citation ?? null, rule?.since);
    });
}

const id = 'order.lastDay';

/** Whether an order's last day is not over, for what only begins: sending, refilling, claiming. Left out, it is not asked. */
export function notOver(lastDay: Fact<string>, on: string): RuleResult[] {
  if (lastDay === undefined) return [];
  const [last, today] = [dayOf(lastDay), dayOf(on)];
  if (last === null || today === null) return [notKnown(id, 'The last day of the order is not known', 'Renew the order.')];
  if (today > last) return [failed(id, `The last day on which it may be filled was ${last}`, 'Renew the order (`renewOrder`).')];
  return [passed(id, `It may be filled until ${last}`)];
}

/** Whether a fill that a pharmacy began may still be handed out. Left out, it is not asked. */
export function fillInTime(order: Fact<OrderStandingFact>, begunAt: Fact<string>, on: string): RuleResult[] {
  if (order?.lastDay === undefined) return [];
  const [last, today, begun] = [dayOf(order.lastDay), dayOf(on), dayOf(begunAt)];
  if (last === null || today === null || order.controlled == null)
    return [notKnown(id, 'The last day of the order is not known', 'Ask the clinic to renew the order.')];
  if (today <= last) return [passed(id, `It may be filled until ${last}`)];
  const remedy = 'Return it; the clinic renews the order (`renewOrder`).';
  if (order.controlled) return [failed(id, `Nothing is filled on this controlled prescription after ${last}`, remedy)];
  if (begun === null) return [notKnown(id, 'When the fill began is not known', remedy)];
  const end = addDays(last, FILL_DAYS);
  if (begun > last || today > end)
    return [failed(id, `The last day of the order was ${last}, and a fill begun by then is finished by ${end}`, remedy)];
  return [passed(id, `The fill began on ${begun}, by the last day of ${last}: it may be finished until ${end}`)];
}
