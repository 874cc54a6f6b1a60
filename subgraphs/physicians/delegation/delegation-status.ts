/** What a delegation counts as. Only taking it back is stored; the rest follows from what it stands on, each time it is read. */

import { hasLapsed, todayOf } from '../lapse.ts';
import { type Licensed, licensedIn } from '../license/license-status.ts';

/** Every status a delegation can show. */
export const delegationStatuses = ['UPCOMING', 'ACTIVE', 'SUSPENDED', 'EXPIRED', 'REVOKED'] as const;

/** One of them. */
export type DelegationStatus = (typeof delegationStatuses)[number];

/** A delegation with what it stands on. */
export interface StandingDelegation {
  readonly states: readonly string[];
  readonly startsOn: Date;
  readonly endsOn: Date;
  readonly revokedAt: Date | null;
  readonly delegate: Licensed;
  readonly delegator: Licensed;
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
    delegation.states.every((state) => licensedIn(delegation.delegate, state, now) && licensedIn(delegation.delegator, state, now)) &&
    delegation.engagements.some(
      ({ status, startsOn, endsOn }) => (status === 'ACTIVE' || status === 'ENDING') && startsOn <= today && !hasLapsed(endsOn, now),
    ) &&
    delegation.competencies.some(({ assessedOn, expiresOn }) => assessedOn <= today && !hasLapsed(expiresOn, now)) &&
    delegation.protocolStatus === 'ACTIVE';
  if (!stands) return 'SUSPENDED';
  return delegation.startsOn > today ? 'UPCOMING' : 'ACTIVE';
}
