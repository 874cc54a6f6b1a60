/** Whether those who signed a version may still answer for it, clinic by clinic. Nothing of it is stored: a lapse counts from its moment on. */

import type { ExclusionScreening } from '#prisma/generated/physicians/client.ts';
import { practisesUnder } from '#rules/licence.ts';
import { shownEngagementStatus } from '../engagement/engagement.ts';
import { dayIn } from '../lapse.ts';
import { shownLicenseStatus, type StoredLicense } from '../license/license-status.ts';
import { exclusionOf } from '../verification/exclusion.ts';

/** What of a signer's authority is gone. */
export type LapseReason = 'LICENSE' | 'ENGAGEMENT' | 'EXCLUSION';

/** Somebody who must sign a version, and for which clinic. */
export interface Signer {
  readonly versionId: string;
  /** Code of the service that the version is for. */
  readonly service: string;
  readonly practitionerId: string;
  readonly clinicId: string;
  readonly capacity: string;
  readonly state: string | null;
}

/** A signer who may not answer for a clinic today. */
export interface Lapse extends Signer {
  readonly reason: LapseReason;
}

/** An engagement as far as signing goes. */
export interface SignersEngagement {
  readonly practitionerId: string;
  readonly clinicId: string;
  readonly role: string;
  readonly status: string;
  readonly startsOn: Date;
  readonly endsOn: Date | null;
  /** By when the open review of charts must be recorded; one that was missed puts the engagement out of force. */
  readonly auditDueOn: Date | null;
  /** Codes of the services overseen; empty for all that the clinic offers. */
  readonly services: readonly string[];
}

interface SignersLicense extends StoredLicense {
  readonly practitionerId: string;
  readonly state: string;
  readonly type: string;
}

/** What a list of excluded persons says of a signer. */
type SignersScreening = Pick<ExclusionScreening, 'practitionerId' | 'source' | 'status' | 'since' | 'asOf'>;

/** What the authority of signers stands on. */
export interface Ground {
  readonly engagements: readonly SignersEngagement[];
  readonly licenses: readonly SignersLicense[];
  readonly screenings: readonly SignersScreening[];
}

/** Whether somebody works under an engagement today. Notice given changes nothing until its last day. */
export function inForce(engagement: Pick<SignersEngagement, 'status' | 'startsOn' | 'endsOn' | 'auditDueOn'>, now: Date): boolean {
  const status = shownEngagementStatus(engagement, now);
  return (status === 'ACTIVE' || status === 'ENDING') && dayIn(engagement.startsOn) <= dayIn(now);
}

/** Whether somebody directs a service today under this engagement: one for other services is none. */
export function directs(engagement: SignersEngagement, service: string, now: Date): boolean {
  const { role, services } = engagement;
  return role === 'MEDICAL_DIRECTOR' && (services.length === 0 || services.includes(service)) && inForce(engagement, now);
}

/**
 * Those of the signers who may not answer for their clinic today: not engaged there (a director, for the service), without a good licence of
 * a physician in its state, or found on a list of excluded persons. Lists that nobody looked through lately are asked by the gates.
 */
export function lapsesAmong(signers: readonly Signer[], { engagements, licenses, screenings }: Ground, now: Date): Lapse[] {
  return signers.flatMap((signer): Lapse[] => {
    const isEngaged = engagements.some(
      (one) =>
        one.practitionerId === signer.practitionerId &&
        one.clinicId === signer.clinicId &&
        (signer.capacity === 'MEDICAL_DIRECTOR' ? directs(one, signer.service, now) : inForce(one, now)),
    );
    const isLicensed = licenses.some(
      (one) =>
        one.practitionerId === signer.practitionerId &&
        (signer.state === null || one.state === signer.state) &&
        one.type !== 'TELEHEALTH_REGISTRATION' &&
        practisesUnder('MD', one.type) &&
        shownLicenseStatus(one, now) === 'ACTIVE',
    );
    const own = screenings.filter(({ practitionerId }) => practitionerId === signer.practitionerId);
    const isFound = ['EXCLUDED', 'POSSIBLE'].includes(exclusionOf(own, now).status);
    return [
      ...(isEngaged ? [] : [{ ...signer, reason: 'ENGAGEMENT' as const }]),
      ...(isLicensed ? [] : [{ ...signer, reason: 'LICENSE' as const }]),
      ...(isFound ? [{ ...signer, reason: 'EXCLUSION' as const }] : []),
    ];
  });
}

/**
 * The lapses that stand in the way of a version that everybody has signed. A director who left is answered for by another of that clinic
 * who signed the same and may answer today; one who is still there and has no good licence is answered for by nobody.
 */
export function unanswered(signers: readonly Signer[], lapses: readonly Lapse[]): Lapse[] {
  const same = (one: Signer, other: Signer) =>
    one.versionId === other.versionId && one.practitionerId === other.practitionerId && one.clinicId === other.clinicId;
  const directing = signers.filter((signer) => signer.capacity === 'MEDICAL_DIRECTOR' && !lapses.some((lapse) => same(lapse, signer)));
  const isAnswered = (lapse: Lapse) =>
    lapse.capacity === 'MEDICAL_DIRECTOR' &&
    lapses.some((other) => same(other, lapse) && other.reason === 'ENGAGEMENT') &&
    directing.some(({ versionId, clinicId }) => versionId === lapse.versionId && clinicId === lapse.clinicId);
  return lapses.filter((lapse) => !isAnswered(lapse));
}

/** Whether a version holds at none of the clinics that were signed for. One without a list of signers is from before there were lists. */
export function heldNowhere(signers: readonly Signer[], lapses: readonly Lapse[]): boolean {
  const lapsed = new Set(lapses.map(({ clinicId }) => clinicId));
  return signers.length > 0 && signers.every(({ clinicId }) => lapsed.has(clinicId));
}
