/** Could this director carry a clinic when another leaves? Asked when notice is given, of what is known that day. */

import type { DirectorFact } from './clinic-facts.ts';
import { dayOf } from './dates.ts';
import { notExcluded } from './exclusion.ts';
import { licenceIn } from './licence.ts';
import { isBlocked } from './results.ts';

/** What is asked of a successor as a person; whether their engagement lasts is the caller's to look at. */
export type SuccessorFact = Pick<DirectorFact, 'id' | 'credential' | 'licences' | 'exclusion' | 'insuredUntil'>;

/**
 * Whether somebody who directs the clinic would be good on the first day without the other: a physician with a licence in its state
 * and insurance that last until then, on no list of excluded persons. What is not known of them makes them none.
 */
export function couldSucceed(one: SuccessorFact, state: string, on: string, firstDay: string): boolean {
  const licence = licenceIn({ id: 'licence.director', holder: 'The successor', state, until: firstDay }, one.licences, on);
  const isPhysician = one.credential === 'MD' || one.credential === 'DO';
  const insuredUntil = dayOf(one.insuredUntil);
  const isInsured = insuredUntil !== null && insuredUntil >= firstDay;
  return (
    isPhysician &&
    isInsured &&
    !isBlocked([licence, ...notExcluded('director', 'The successor', { ...one, exclusion: one.exclusion ?? null })])
  );
}
