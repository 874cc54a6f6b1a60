/** Which version of a protocol is the one to work by. Nothing of it is stored: of those that came into force, the latest first day counts. */

import { addDays } from '#rules/dates.ts';
import { dayIn } from '../lapse.ts';

/** A version as far as the order of versions goes. */
export interface Versioned {
  readonly id: string;
  readonly protocolId: string;
  readonly status: string;
  readonly effectiveFrom: Date;
  readonly activatedAt: Date | null;
  readonly withdrawnAt: Date | null;
}

// One that was withdrawn before its first day never came; one that was withdrawn later did, and what it followed does not come back by itself.
function comesIntoForce({ status, effectiveFrom, activatedAt, withdrawnAt }: Versioned): boolean {
  const wasSigned = status === 'ACTIVE' || status === 'SUSPENDED' || activatedAt !== null;
  return wasSigned && (withdrawnAt === null || dayIn(withdrawnAt) >= dayIn(effectiveFrom));
}

// Of two with one first day the one that was drafted later counts: its id is the greater.
function isLater(one: Versioned, other: Versioned): boolean {
  const [first, second] = [dayIn(one.effectiveFrom), dayIn(other.effectiveFrom)];
  return first > second || (first === second && one.id > other.id);
}

/**
 * The day on which another version of the same protocol takes over from this one, gone by or to come; null while none does, and of one
 * that never came into force. The versions given must be all of its protocol; those of others among them are passed over.
 */
export function supersededOn(version: Versioned, versions: readonly Versioned[]): Date | null {
  if (!comesIntoForce(version)) return null;
  const later = versions.filter((one) => one.protocolId === version.protocolId && comesIntoForce(one) && isLater(one, version));
  return later.reduce<Date | null>((first, { effectiveFrom }) => (first === null || effectiveFrom < first ? effectiveFrom : first), null);
}

/** The last day a version is in force: its own last, or the day before another took over, whichever comes first. */
export function lastDayInForce(version: { readonly expiresOn: Date; readonly supersededOn: Date | null }): Date {
  const { expiresOn, supersededOn: day } = version;
  if (day === null || day > expiresOn) return expiresOn;
  return new Date(`${addDays(dayIn(day), -1)}T00:00:00Z`);
}

/** A version with its own last day. */
type Dated = Versioned & { readonly expiresOn: Date };

/**
 * Since which day these versions have been in force one after the other, without a day between, up to the last of them. Each was in force
 * until another took over, until its own last day, or until it was withdrawn. `all` are all versions of the protocol, those given among them.
 */
export function unbrokenSince(last: Dated, before: readonly Dated[], all: readonly Dated[]): Date {
  let since = last.effectiveFrom;
  const earlier = before
    .filter((one) => comesIntoForce(one) && isLater(last, one))
    .toSorted((one, other) => (isLater(one, other) ? -1 : 1));
  for (const one of earlier) {
    const until = dayIn(lastDayInForce({ ...one, supersededOn: supersededOn(one, all) }));
    const withdrawn = one.withdrawnAt !== null && dayIn(one.withdrawnAt) < dayIn(since);
    if (withdrawn || addDays(until, 1) < dayIn(since)) break;
    since = one.effectiveFrom;
  }
  return since;
}
