import type { ClinicLegs, ClinicServiceFacts } from '#rules/clinic-facts.ts';
import { facilityFacts, oversightFacts } from '#rules/oversight-facts.ts';
import { attestationFacts } from '../attestation/attestation-fact.ts';
import { dayText } from '../business-day.ts';
import { modalitiesOf } from '../clinic/service-offering.ts';
import type { ClinicRecord } from './clinic-record.ts';
import type { ClinicOversight } from './oversight.ts';

type Service = ClinicRecord['services'][number];

/** Facts of the gate that readiness asks. */
export type ServiceFacts = { readonly gate: 'clinic-service' } & ClinicServiceFacts;

/** What every service of a clinic stands on. Oversight that was not answered stays unknown, and blocks. */
export function clinicLegs(clinic: Pick<ClinicRecord, 'state' | 'facilityLicenses'>, oversight: ClinicOversight | null): ClinicLegs {
  const licences = clinic.facilityLicenses.map(({ kind, status, expiresOn }) => ({ kind, status, expiresOn: dayText(expiresOn) }));
  return { state: clinic.state, ...oversightFacts(oversight), facilityLicences: facilityFacts(licences) };
}

/** What the gate is told about one service of one clinic. */
export function clinicServiceFacts(
  clinic: ClinicRecord,
  service: Service,
  oversight: ClinicOversight | null,
  legs: ClinicLegs = clinicLegs(clinic, oversight),
): ServiceFacts {
  return {
    gate: 'clinic-service',
    attestations: attestationFacts(clinic.entity.attestations),
    entityName: clinic.entity.name,
    service: service.code,
    offered: true,
    modalities: modalitiesOf(service.modalities),
    ...legs,
  };
}
