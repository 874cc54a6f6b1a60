import type { InsurancePolicy } from '#prisma/generated/physicians/client.ts';
import type { Fact } from '#rules/facts.ts';
import { dayIn } from '../lapse.ts';

/** A policy as far as it is asked whether it covers. */
export type Cover = Pick<InsurancePolicy, 'kind' | 'status' | 'effectiveFrom' | 'expiresOn'>;

/** Whether somebody has a professional policy of their own. Of one without, nothing is asked: the entity’s covers them, and stands nowhere here. */
export function hasOwnPolicy(policies: readonly Cover[]): boolean {
  return policies.some(({ kind }) => kind === 'PROFESSIONAL');
}

/** The last day of the professional policy that covers the day and lasts longest; `'none'` without one, null when nobody verified it. */
export function insuredUntilOn(policies: readonly Cover[], on: string): Fact<string> {
  const begun = policies
    .filter(({ kind, status, effectiveFrom }) => kind === 'PROFESSIONAL' && status !== 'CANCELLED' && dayIn(effectiveFrom) <= on)
    .toSorted((one, other) => (one.expiresOn < other.expiresOn ? 1 : -1));
  const verified = begun.find(({ status }) => status === 'ACTIVE');
  return verified ? dayIn(verified.expiresOn) : begun.length > 0 ? null : 'none';
}

/** Whether somebody is insured that day by a policy somebody verified. */
export function isInsuredOn(policies: readonly Cover[], on: string): boolean {
  const until = insuredUntilOn(policies, on);
  return until != null && until !== 'none' && until >= on;
}
