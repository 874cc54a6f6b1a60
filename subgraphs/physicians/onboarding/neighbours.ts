import { question } from '#kernel/context.ts';
import type { Attestation } from '#rules/attestation.ts';
import type { ToldFacility, ToldOversight } from '#rules/oversight-facts.ts';
import type { Modality } from '#rules/facts.ts';
import type { Filling } from './onboarding-facts.ts';

/** A clinic as `clinics` tells. */
export interface ToldClinic {
  readonly id: string;
  readonly entityId: string;
  readonly entityName: string;
  readonly address: { readonly state: string };
  readonly services: readonly { readonly code: string; readonly modalities: readonly Modality[] }[];
  readonly facilityLicenses: readonly ToldFacility[];
  readonly attestations: readonly Attestation[];
}

interface Clinics {
  readonly clinicFacts: readonly ToldClinic[];
  readonly oversight: readonly (ToldOversight & { readonly clinicId: string })[];
}

type Asked = { readonly ids: readonly string[] };

/** Clinics and who answers for them, as their readiness is told. No patient is in it, so it is read by the service's right. */
export const onboardedClinics = question<Clinics, Asked>(
  'service',
  `query OnboardedClinics($ids: [ID!]!) {
    clinicFacts(ids: $ids) {
      id entityId entityName address { state } services { code modalities } facilityLicenses { kind status expiresOn }
      attestations { ruleId jurisdiction value note attestedBy attestedAt expiresOn revokedAt packVersion }
    }
    oversight(clinicIds: $ids) {
      clinicId
      engagements {
        id role status startsOn endsOn services
        practitioner {
          id credential exclusion { status since }
          licenses { id state number type status verifiedAt expiresOn }
          policies { kind status expiresOn }
        }
      }
      protocols { id service status effectiveFrom expiresOn }
    }
  }`,
);

/** Which pharmacies fill for clinics. */
export const fillingPharmacies = question<
  { readonly clinicPharmacies: readonly { readonly clinicId: string; readonly pharmacy: Filling }[] },
  Asked
>(
  'service',
  `query FillingPharmacies($ids: [ID!]!) { clinicPharmacies(clinicIds: $ids) {
    clinicId pharmacy { id name status activeItems licenses { state kind status expiresOn } }
  } }`,
);

/** Who has published hours at clinics. */
export const publishedHours = question<
  { readonly clinicSchedules: readonly { readonly clinicId: string; readonly examinerIds: readonly string[] }[] },
  Asked
>('service', `query PublishedHours($ids: [ID!]!) { clinicSchedules(clinicIds: $ids) { clinicId examinerIds } }`);
