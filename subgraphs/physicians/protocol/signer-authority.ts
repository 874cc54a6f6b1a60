/** Whether those who signed a version may still answer for it, clinic by clinic. Nothing of it is stored: a lapse counts from its moment on. */

import { shownEngagementStatus } from '../engagement/engagement.ts';
import { dayIn } from '../lapse.ts';
import { shownLicenseStatus, type StoredLicense } from '../license/license-status.ts';

/** What of a signer's authority is gone. */
export type LapseReason = 'LICENSE' | 'ENGAGEMENT';

/** Somebody who must sign a version, and for which clinic. */
export interface Signer {
  readonly versionId: string;
  readonly practitionerId: string;
  readonly clinicId: string;
  readonly capacity: string;
  readonly state: string | null;
}

/** A signer who may not answer for a clinic today. */
export interface Lapse extends Signer {
  readonly reason: LapseReason;
}

interface SignersEngagement {
  readonly practitionerId: string;
  readonly clinicId: string;
  readonly role: string;
  readonly status: string;
  readonly startsOn: Date;
  readonly endsOn: Date | null;
}

interface SignersLicense extends StoredLicense {
  readonly practitionerId: string;
  readonly state: string;
  readonly type: string;
}

/** What the authority of signers stands on. */
export interface Ground {
  readonly engagements: readonly SignersEngagement[];
  readonly licenses: readonly SignersLicense[];
}

/** Whether somebody works under an engagement today. Notice given changes nothing until its last day. */
export function inForce(engagement: Pick<SignersEngagement, 'status' | 'startsOn' | 'endsOn'>, now: Date): boolean {
  const status = shownEngagementStatus(engagement, now);
  return (status === 'ACTIVE' || status === 'ENDING') && dayIn(engagement.startsOn) <= dayIn(now);
}

/** Those of the signers who may not answer for their clinic today: not engaged there, or without a good licence in its state. */
export function lapsesAmong(signers: readonly Signer[], { engagements, licenses }: Ground, now: Date): Lapse[] {
  return signers.flatMap((signer): Lapse[] => {
    const isEngaged = engagements.some(
      (one) =>
        one.practitionerId === signer.practitionerId &&
        one.clinicId === signer.clinicId &&
        (signer.capacity !== 'MEDICAL_DIRECTOR' || one.role === 'MEDICAL_DIRECTOR') &&
        inForce(one, now),
    );
    const isLicensed = licenses.some(
      (one) =>
        one.practitionerId === signer.practitionerId &&
        (signer.state === null || one.state === signer.state) &&
        one.type !== 'TELEHEALTH_REGISTRATION' &&
        shownLicenseStatus(one, now) === 'ACTIVE',
    );
    return [
      ...(isEngaged ? [] : [{ ...signer, reason: 'ENGAGEMENT' as const }]),
      ...(isLicensed ? [] : [{ ...signer, reason: 'LICENSE' as const }]),
    ];
  });
}

/** Whether a version holds at none of the clinics that were signed for. One without a list of signers is from before there were lists. */
export function heldNowhere(signers: readonly Signer[], lapses: readonly Lapse[]): boolean {
  const lapsed = new Set(lapses.map(({ clinicId }) => clinicId));
  return signers.length > 0 && signers.every(({ clinicId }) => lapsed.has(clinicId));
}
