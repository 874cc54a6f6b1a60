/** What a pharmacy's licence was on a day, as known at a moment, from everything recorded of it. */

import type { PharmacyLicense, PharmacyLicenseStanding, Prisma } from '#prisma/generated/pharmacies/client.ts';
import { type LicenceHistory, type RecordedRenewal, statusThen } from '#rules/licence-history.ts';
import { dayOf } from '../calendar-day.ts';

/** What can be recorded of a licence, what stands least in the way first. */
export const boardStatuses = ['ACTIVE', 'UNVERIFIED', 'EXPIRED', 'RESTRICTED', 'SUSPENDED', 'REVOKED'] as const;

/** One of them. */
export type BoardStatus = (typeof boardStatuses)[number];

type Standing = Pick<PharmacyLicenseStanding, 'id' | 'status' | 'effectiveFrom' | 'effectiveTo' | 'expiresOn' | 'recordedAt'>;

/** How standings are read wherever they are: as they were recorded. */
export const inRecordedOrder = { orderBy: [{ recordedAt: 'asc' }, { id: 'asc' }] } satisfies Prisma.PharmacyLicense$standingsArgs;

/** How far a status stands in the way. One we do not know is taken for the worst. */
export function severityOf(status: string): number {
  const index = (boardStatuses as readonly string[]).indexOf(status);
  return index === -1 ? boardStatuses.length : index;
}

/** Whether a board has acted against the licence: such a word is only taken back by the board. */
export function isSanction(status: string): boolean {
  return severityOf(status) >= severityOf('RESTRICTED');
}

/** Whether a standing says something of a day. */
export function covers({ effectiveFrom, effectiveTo }: Pick<Standing, 'effectiveFrom' | 'effectiveTo'>, day: string): boolean {
  return dayOf(effectiveFrom) <= day && (effectiveTo === null || day <= dayOf(effectiveTo));
}

/** A licence with its standings as the rules read them: a standing that names a new last day is a further term. */
export function historyOf({ expiresOn }: Pick<PharmacyLicense, 'expiresOn'>, standings: readonly Standing[]): LicenceHistory {
  const renewals: RecordedRenewal[] = [];
  let last: string | null = null;
  for (const standing of standings) {
    if (standing.expiresOn === null) continue;
    const until = dayOf(standing.expiresOn);
    const recordedAt = standing.recordedAt.toISOString();
    if (last !== null && until !== last)
      renewals.push({ formerLastDay: last, startsOn: dayOf(standing.effectiveFrom), expiresOn: until, recordedAt });
    last = until;
  }
  return {
    expiresOn: dayOf(expiresOn),
    standings: standings.map(({ status, effectiveFrom, effectiveTo, recordedAt }) => ({
      status,
      effectiveFrom: dayOf(effectiveFrom),
      effectiveTo: effectiveTo === null ? null : dayOf(effectiveTo),
      recordedAt: recordedAt.toISOString(),
    })),
    renewals,
  };
}

/** The status of a licence today: what its row has or what is recorded of today, whichever is the stricter. */
export function statusToday(license: Pick<PharmacyLicense, 'expiresOn' | 'status'>, standings: readonly Standing[], now: Date): string {
  const recorded = statusThen(historyOf(license, standings), dayOf(now), now);
  return recorded !== null && severityOf(recorded) > severityOf(license.status) ? recorded : license.status;
}
