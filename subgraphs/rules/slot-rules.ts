/** Until when an examiner may be booked: one answer for all slots of a window, where the gate would be asked for each. */

import { authority, performs } from './authority.ts';
import { offered } from './clinic-offers.ts';
import { clinicOpen } from './clinic-service.ts';
import { addDays, dayOf } from './dates.ts';
import type { ExamBookingFacts, LicenceFact, Modality } from './facts.ts';
import { licenceIn } from './licence.ts';
import { modality } from './modality.ts';
import { library } from './packs.ts';
import { placeOf, serviceProblems } from './place.ts';
import { isBlocked } from './results.ts';
import type { RuleSet } from './rule-set.ts';
import { wholeList } from './whole-list.ts';

/** What the booking gate is told, before it is known when and how. */
export type SlotFacts = Omit<ExamBookingFacts, 'modality' | 'startsAt'>;

/**
 * The last day on which the booking gate, asked now, would let this examiner hold an exam, by way of examining. A way that is
 * not in the answer is barred on every day. Of all that the gate asks, only the licence's term and a
 * sanction recorded ahead of its day depend on the day of the exam.
 */
export function bookableUntil(
  facts: SlotFacts,
  ways: readonly Modality[],
  on: string,
  rules: RuleSet = library.on(on),
): ReadonlyMap<Modality, string> {
  return bookableAt(facts, on, rules)(facts.examiner, ways);
}

/** The same for many examiners of one clinic: what depends on the clinic, the service and the way alone is asked once. */
export function bookableAt(
  facts: Omit<SlotFacts, 'examiner'>,
  on: string,
  rules: RuleSet = library.on(on),
): (examiner: SlotFacts['examiner'], ways: readonly Modality[]) => ReadonlyMap<Modality, string> {
  const { place } = placeOf('jurisdiction.patient', facts.patientState, "The patient's state");
  if (place === null || serviceProblems(facts.service).length > 0) return () => new Map();
  const asking = { rules, on, attestations: facts.attestations ?? null, entityName: facts.entityName ?? null };
  const known = new Map<Modality, boolean>();
  const isOpen = (way: Modality): boolean => {
    const told = { ...facts, examiner: null, modality: way, startsAt: on };
    const open = known.get(way) ?? !isBlocked([...offered(told), ...modality(way, place, asking), ...clinicOpen(told, asking, [])]);
    known.set(way, open);
    return open;
  };
  return (examiner, ways) => {
    const asked = [performs(examiner?.credential, place, asking), ...authority('examiner', examiner, place, asking)];
    const last = isBlocked(asked) ? null : lastLicensedDay(examiner, place.code, on);
    return last === null ? new Map() : new Map([...new Set(ways)].filter(isOpen).map((way) => [way, last]));
  };
}

/** Of several good licences the one that lasts longest carries the exam. */
function lastLicensedDay(examiner: SlotFacts['examiner'], state: string, on: string): string | null {
  const question = { id: 'licence.examiner', holder: 'The examiner', state };
  const good = (wholeList(examiner?.licences) ?? []).filter((licence) => licenceIn(question, [licence], on).outcome === 'PASS');
  return good.reduce<string | null>((last, licence) => {
    const day = lastDayOf(licence);
    return day !== null && (last === null || day > last) ? day : last;
  }, null);
}

function lastDayOf({ expiresOn, notActiveFrom }: LicenceFact): string | null {
  const [expires, stops] = [dayOf(expiresOn), dayOf(notActiveFrom)];
  return expires !== null && stops !== null && stops <= expires ? addDays(stops, -1) : expires;
}
