/** Whose signature a version waits for: those who were asked, and once it is in force the directors who came later. */

import { hasLapsed } from '../lapse.ts';
import { directs, type Signer, type SignersEngagement } from './signer-authority.ts';

/** A version as far as its signatures go. */
export interface Signing {
  readonly id: string;
  readonly status: string;
  readonly service: string;
  readonly expiresOn: Date;
  readonly supersededOn: Date | null;
  readonly clinicIds: readonly string[];
  readonly signers: readonly Signer[];
  /** Who has signed, by stored id. */
  readonly signedBy: readonly string[];
}

/** Who has yet to sign, and for which clinic. A version that is over waits for nobody. */
export function signaturesDue(version: Signing, engagements: readonly SignersEngagement[], now: Date): Signer[] {
  const { signers, signedBy } = version;
  if (hasLapsed(version.expiresOn, now)) return [];
  if (version.status === 'AWAITING_SIGNATURES') return signers.filter(({ practitionerId }) => !signedBy.includes(practitionerId));
  if (version.status !== 'ACTIVE' || (version.supersededOn !== null && version.supersededOn <= now)) return [];
  const due = engagements
    .filter((one) => version.clinicIds.includes(one.clinicId) && directs(one, version.service, now))
    .filter(({ practitionerId, clinicId }) =>
      // Of a version from before there were lists it is known only who signed it.
      signers.length === 0
        ? !signedBy.includes(practitionerId)
        : !signers.some((signer) => signer.practitionerId === practitionerId && signer.clinicId === clinicId),
    )
    .map(({ practitionerId, clinicId }) => ({
      ...{ versionId: version.id, service: version.service, practitionerId, clinicId, capacity: 'MEDICAL_DIRECTOR' },
      state: signers.find((signer) => signer.clinicId === clinicId)?.state ?? null,
    }));
  // Two engagements of one director are one signature.
  return [...new Map(due.map((one) => [`${one.practitionerId} ${one.clinicId}`, one])).values()];
}
