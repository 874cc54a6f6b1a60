/** What `clinics` tells of a clinic and its entity, and how a gate reads it. */

import type { Attestation } from '#rules/attestation.ts';
import type { AttestedFacts, OfferedService } from '#rules/facts.ts';

/** A clinic and its entity as `clinics` tells. */
export interface ClinicAnswer {
  readonly id: string;
  readonly name: string;
  readonly timeZone: string;
  readonly entityId: string;
  readonly entityName: string;
  readonly address: {
    readonly line1: string;
    readonly line2: string | null;
    readonly city: string;
    readonly state: string;
    readonly postalCode: string;
  };
  /** E.164; null where nobody recorded it. */
  readonly phone?: string | null;
  readonly services: readonly OfferedService[];
  readonly attestations: readonly Attestation[];
}

/** What is asked of a clinic, the same for every gate. */
export const clinicFields = `id name timeZone entityId entityName address { line1 line2 city state postalCode } phone services { code modalities }
  attestations { ruleId jurisdiction value note attestedBy attestedAt expiresOn revokedAt packVersion }`;

/** Who may attest, and what they have attested. What could not be read attests nothing. */
export function attestedFacts(told: ClinicAnswer | null | undefined): AttestedFacts {
  return { attestations: told?.attestations ?? null, entityName: told?.entityName ?? null };
}
