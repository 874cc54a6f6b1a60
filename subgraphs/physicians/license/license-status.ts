/** What a licence counts as at a moment. A record that says ACTIVE proves nothing once its term or its last check is too old. */

import { addDays } from '#rules/dates.ts';
import { LICENCE_STALE_AFTER_DAYS, practisesUnder } from '#rules/licence.ts';
import { dayIn, hasLapsed } from '../lapse.ts';
import { isSanction, severityOf, type Standing, standingOn } from './license-standing.ts';

/** Every status a licence can show. STALE is never stored, and EXPIRED shows whether stored or not. */
export const licenseStatuses = ['ACTIVE', 'RESTRICTED', 'SUSPENDED', 'REVOKED', 'EXPIRED', 'UNVERIFIED', 'STALE'] as const;

/** One of them. */
export type LicenseStatus = (typeof licenseStatuses)[number];

/** A licence as stored, with everything that was recorded of it. */
export interface StoredLicense {
  readonly status: string;
  readonly verifiedAt: Date | null;
  readonly expiresOn: Date;
  readonly standings: readonly Standing[];
}

/** What the row says, or what was recorded of today when that is stricter: a standing recorded ahead of its day begins on that day by itself. */
function recordedStatus({ status, standings }: StoredLicense, now: Date): string {
  const today = standingOn(standings, dayIn(now), now)?.status ?? status;
  return severityOf(today) > severityOf(status) ? today : status;
}

/**
 * The status to show and to decide by: a sanction stays, since it does not fade because nobody looked again; what is past
 * its last day is EXPIRED, and what was last checked at its board more than 30 days ago is STALE, whatever the row says.
 */
export function shownLicenseStatus(license: StoredLicense, now: Date): LicenseStatus {
  const recorded = recordedStatus(license, now);
  const stored = licenseStatuses.find((status) => status === recorded) ?? 'UNVERIFIED';
  if (isSanction(stored)) return stored;
  if (stored === 'EXPIRED' || hasLapsed(license.expiresOn, now)) return 'EXPIRED';
  if (stored === 'UNVERIFIED' || license.verifiedAt === null) return 'UNVERIFIED';
  // A check from a day that has not come proves nothing about today.
  if (dayIn(license.verifiedAt) > dayIn(now)) return 'UNVERIFIED';
  return dayIn(license.verifiedAt) < addDays(dayIn(now), -LICENCE_STALE_AFTER_DAYS) ? 'STALE' : stored;
}

/** Somebody with their licences. */
export interface Licensed {
  readonly licenses: readonly (StoredLicense & { readonly state: string })[];
}

/** Whether one of somebody's licences is good in a state today. */
export function licensedIn({ licenses }: Licensed, state: string, now: Date): boolean {
  return licenses.some((license) => license.state === state && shownLicenseStatus(license, now) === 'ACTIVE');
}

/** Whether somebody may practise their own credential in a state today: licences of another kind say nothing of it. */
export function practisesIn({ credential, licenses }: Practising, state: string, now: Date): boolean {
  return licensedIn({ licenses: licenses.filter(({ type }) => practisesUnder(credential, type)) }, state, now);
}

/** Somebody with their credential and licences. */
export interface Practising {
  readonly credential: string;
  readonly licenses: readonly (Licensed['licenses'][number] & { readonly type: string })[];
}
