import { dayIn } from '../lapse.ts';

/** A policy as far as its days go. */
export interface Policy {
  readonly kind: string;
  readonly status: string;
  readonly effectiveFrom: Date;
  readonly expiresOn: Date;
}

/**
 * The last day of the professional liability policy in force that lasts longest; `'none'` when there is no policy. One that nobody verified
 * leaves it unknown.
 */
export function lastInsuredDay(policies: readonly Policy[], now: Date): string | null {
  const begun = policies
    .filter(({ kind, status, effectiveFrom }) => kind === 'PROFESSIONAL' && status !== 'CANCELLED' && dayIn(effectiveFrom) <= dayIn(now))
    .toSorted((a, b) => b.expiresOn.getTime() - a.expiresOn.getTime());
  const verified = begun.find(({ status }) => status === 'ACTIVE');
  if (verified !== undefined) return dayIn(verified.expiresOn);
  return begun.length > 0 ? null : 'none';
}
