/** Could this director carry a clinic when another leaves? Asked when notice is given, of what is known that day. */

import type { DirectorFact } from './clinic-facts.ts';
import { dayOf } from './dates.ts';
import { notExcluded } from './exclusion.ts';
import { licenceIn } from './licence.ts';
import { isBlocked } from './results.ts';
import { wholeList } from './whole-list.ts';

/** What is asked of a successor as a person; whether their engagement lasts is the caller's to look at. */
export type SuccessorFact = Pick<DirectorFact, 'id' | 'credential' | 'licences' | 'exclusion' | 'insuredUntil' | 'insured'>;

/**
 * Whether somebody who directs the clinic would be good on the first day without the other: a physician with a licence in its state
 * that lasts until then and insurance that covers that day, on no list of excluded persons. What is not known of them makes them none.
 */
export function couldSucceed(one: SuccessorFact, state: string, on: string, firstDay: string): boolean {
  const licence = licenceIn({ id: 'licence.director', holder: 'The successor', state, until: firstDay }, one.licences, on);
  const isPhysician = one.credential === 'MD' || one.credential === 'DO';
  return (
    isPhysician &&
    isInsured(one, firstDay) &&
    !isBlocked([licence, ...notExcluded('director', 'The successor', { ...one, exclusion: one.exclusion ?? null })])
  );
}

// A policy that has yet to begin covers nothing before; where nobody told when each begins, its last day alone is asked.
function isInsured({ insured, insuredUntil }: SuccessorFact, day: string): boolean {
  if (insured === undefined) return (dayOf(insuredUntil) ?? '') >= day;
  return (wholeList(insured) ?? []).some((term) => {
    const [from, until] = [dayOf(term.from), dayOf(term.until)];
    return from !== null && until !== null && from <= day && until >= day;
  });
}
