/** What a licence counts as at a moment. A record that says ACTIVE proves nothing once its term or its last check is too old. */

import { addDays } from '#rules/dates.ts';
import { LICENCE_STALE_AFTER_DAYS } from '#rules/licence.ts';
import { dayIn, hasLapsed } from '../lapse.ts';

/** Every status a licence can show. STALE is never stored, and EXPIRED shows whether stored or not. */
export const licenseStatuses = ['ACTIVE', 'RESTRICTED', 'SUSPENDED', 'REVOKED', 'EXPIRED', 'UNVERIFIED', 'STALE'] as const;

/** One of them. */
export type LicenseStatus = (typeof licenseStatuses)[number];

/** A licence as stored. */
export interface StoredLicense {
  readonly status: string;
  readonly verifiedAt: Date | null;
  readonly expiresOn: Date;
}

/** A board's sanction does not fade because nobody looked again. */
const sanctions: readonly string[] = ['RESTRICTED', 'SUSPENDED', 'REVOKED'];

/**
 * The status to show and to decide by: a sanction stays, what is past its last day is EXPIRED, and what was last
 * checked at its board more than 30 days ago is STALE, whatever the row says.
 */
export function shownLicenseStatus(license: StoredLicense, now: Date): LicenseStatus {
  const stored = licenseStatuses.find((status) => status === license.status) ?? 'UNVERIFIED';
  if (sanctions.includes(stored)) return stored;
  if (stored === 'EXPIRED' || hasLapsed(license.expiresOn, now)) return 'EXPIRED';
  if (stored === 'UNVERIFIED' || license.verifiedAt === null) return 'UNVERIFIED';
  // A check from a day that has not come proves nothing about today.
  if (dayIn(license.verifiedAt) > dayIn(now)) return 'UNVERIFIED';
  return dayIn(license.verifiedAt) < addDays(dayIn(now), -LICENCE_STALE_AFTER_DAYS) ? 'STALE' : stored;
}
