/** What a delegation counts as. Only taking it back is stored; the rest follows from what it stands on, each time it is read. */

import { shownEngagementStatus } from '../engagement/engagement.ts';
import { dayIn, hasLapsed, todayOf } from '../lapse.ts';
import { type Practising, practisesIn } from '../license/license-status.ts';
import { exclusionOf } from '../verification/exclusion.ts';
import { type Cover, hasOwnPolicy, isInsuredOn } from './insured.ts';

/** Every status a delegation can show. */
export const delegationStatuses = ['UPCOMING', 'ACTIVE', 'SUSPENDED', 'EXPIRED', 'REVOKED'] as const;

/** One of them. */
export type DelegationStatus = (typeof delegationStatuses)[number];

/** One of the two, with licences, insurance and what the lists of excluded persons say. */
interface Side extends Practising {
  readonly screenings: Parameters<typeof exclusionOf>[0];
  readonly policies: readonly Cover[];
}

/** A delegation with what it stands on. */
export interface StandingDelegation {
  readonly service: string;
  readonly states: readonly string[];
  readonly startsOn: Date;
  readonly endsOn: Date;
  readonly revokedAt: Date | null;
  readonly delegate: Side;
  readonly delegator: Side;
  /** The physician's engagements with the clinic. */
  readonly engagements: readonly {
    readonly status: string;
    readonly startsOn: Date;
    readonly endsOn: Date | null;
    readonly auditDueOn: Date | null;
    /** Empty for all. */
    readonly services: readonly string[];
  }[];
  /** Whether the delegate works at the clinic. */
  readonly worksThere: boolean;
  /** The delegate's training in the service. */
  readonly competencies: readonly { readonly assessedOn: Date; readonly expiresOn: Date }[];
  readonly protocolStatus: string;
}

/** The status to show. A lapse on either side suspends, whichever came first, and ends when what lapsed is good again. */
export function shownDelegationStatus(delegation: StandingDelegation, now: Date): DelegationStatus {
  if (delegation.revokedAt !== null) return 'REVOKED';
  if (hasLapsed(delegation.endsOn, now)) return 'EXPIRED';
  const today = todayOf(now);
  const { delegate, delegator } = delegation;
  const stands =
    delegation.states.every((state) => practisesIn(delegate, state, now) && practisesIn(delegator, state, now)) &&
    [delegate, delegator].every(({ screenings }) => exclusionOf(screenings, now).status === 'NONE') &&
    isInsuredOn(delegator.policies, dayIn(now)) &&
    (!hasOwnPolicy(delegate.policies) || isInsuredOn(delegate.policies, dayIn(now))) &&
    delegation.worksThere &&
    delegation.engagements.some((one) => carries(one, delegation.service, now)) &&
    delegation.competencies.some(({ assessedOn, expiresOn }) => assessedOn <= today && !hasLapsed(expiresOn, now)) &&
    delegation.protocolStatus === 'ACTIVE';
  if (!stands) return 'SUSPENDED';
  return delegation.startsOn > today ? 'UPCOMING' : 'ACTIVE';
}

function carries(engagement: StandingDelegation['engagements'][number], service: string, now: Date): boolean {
  const { services, startsOn } = engagement;
  const inForce = ['ACTIVE', 'ENDING'].includes(shownEngagementStatus(engagement, now)) && startsOn <= todayOf(now);
  return inForce && (services.length === 0 || services.includes(service));
}
