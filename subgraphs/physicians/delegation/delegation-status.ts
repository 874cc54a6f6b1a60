/** What a delegation counts as. Only taking it back is stored; the rest follows from what it stands on, each time it is read. */

import { hasLapsed, todayOf } from '../lapse.ts';
import { type Practising, practisesIn } from '../license/license-status.ts';
import { exclusionOf } from '../verification/exclusion.ts';

/** Every status a delegation can show. */
export const delegationStatuses = ['UPCOMING', 'ACTIVE', 'SUSPENDED', 'EXPIRED', 'REVOKED'] as const;

/** One of them. */
export type DelegationStatus = (typeof delegationStatuses)[number];

/** One of the two, with licences and what the lists of excluded persons say. */
interface Side extends Practising {
  readonly screenings: Parameters<typeof exclusionOf>[0];
}

/** A delegation with what it stands on. */
export interface StandingDelegation {
  readonly states: readonly string[];
  readonly startsOn: Date;
  readonly endsOn: Date;
  readonly revokedAt: Date | null;
  readonly delegate: Side;
  readonly delegator: Side;
  /** The physician's engagements with the clinic. */
  readonly engagements: readonly { readonly status: string; readonly startsOn: Date; readonly endsOn: Date | null }[];
  /** The delegate's training in the service. */
  readonly competencies: readonly { readonly assessedOn: Date; readonly expiresOn: Date }[];
  readonly protocolStatus: string;
}

/** The status to show. A lapse on either side suspends, whichever came first, and ends when what lapsed is good again. */
export function shownDelegationStatus(delegation: StandingDelegation, now: Date): DelegationStatus {
  if (delegation.revokedAt !== null) return 'REVOKED';
  if (hasLapsed(delegation.endsOn, now)) return 'EXPIRED';
  const today = todayOf(now);
  const stands =
    delegation.states.every((state) => practisesIn(delegation.delegate, state, now) && practisesIn(delegation.delegator, state, now)) &&
    [delegation.delegate, delegation.delegator].every(({ screenings }) => exclusionOf(screenings, now).status === 'NONE') &&
    delegation.engagements.some(
      ({ status, startsOn, endsOn }) => (status === 'ACTIVE' || status === 'ENDING') && startsOn <= today && !hasLapsed(endsOn, now),
    ) &&
    delegation.competencies.some(({ assessedOn, expiresOn }) => assessedOn <= today && !hasLapsed(expiresOn, now)) &&
    delegation.protocolStatus === 'ACTIVE';
  if (!stands) return 'SUSPENDED';
  return delegation.startsOn > today ? 'UPCOMING' : 'ACTIVE';
}
