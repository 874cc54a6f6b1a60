import type { ClinicServiceFacts, DirectorFact } from '#rules/clinic-facts.ts';
import type { Credential, Fact, ProtocolFact } from '#rules/facts.ts';
import { practisesUnder } from '#rules/licence.ts';
import { attestationFact } from '../attestation/attestation-fact.ts';
import { dayText } from '../business-day.ts';
import { modalitiesOf } from '../clinic/service-offering.ts';
import { latestOf } from '../latest.ts';
import type { ClinicRecord } from './clinic-record.ts';
import type { ClinicOversight, EngagedPractitioner } from './oversight.ts';

type Service = ClinicRecord['services'][number];

/** Facts of the gate that readiness asks. */
export type ServiceFacts = { readonly gate: 'clinic-service' } & ClinicServiceFacts;

/** What the gate is told about one service of one clinic. Oversight that was not answered stays unknown, and blocks. */
export function clinicServiceFacts(clinic: ClinicRecord, service: Service, oversight: ClinicOversight | null): ServiceFacts {
  const licences = latestOf(
    clinic.facilityLicenses,
    (licence) => licence.kind,
    (licence) => dayText(licence.expiresOn),
  );
  return {
    gate: 'clinic-service',
    attestations: clinic.entity.attestations.map(attestationFact),
    entityName: clinic.entity.name,
    state: clinic.state,
    service: service.code,
    offered: true,
    modalities: modalitiesOf(service.modalities),
    directors: directors(oversight),
    protocols: protocols(oversight),
    facilityLicences: licences.map(({ kind, status, expiresOn }) => ({ kind, status, expiresOn: dayText(expiresOn) })),
  };
}

function directors(oversight: ClinicOversight | null): Fact<DirectorFact[]> {
  return oversight?.engagements
    .filter((engagement) => engagement.role === 'MEDICAL_DIRECTOR')
    .map((engagement) => ({
      id: engagement.practitioner?.id ?? engagement.id,
      credential: engagement.practitioner?.credential as Fact<Credential>,
      licences: engagement.practitioner?.licenses.filter(({ type }) => practisesUnder(engagement.practitioner?.credential, type)),
      engagementStatus: engagement.status,
      engagementStartsOn: engagement.startsOn,
      engagementEndsOn: engagement.endsOn,
      engagementNoEnd: engagement.endsOn === null,
      insuredUntil: insuredUntil(engagement.practitioner),
    }));
}

/** The last day of the professional liability policy that lasts longest. One that nobody verified leaves it unknown. */
function insuredUntil(practitioner: EngagedPractitioner | null): Fact<string> {
  if (practitioner === null) return null;
  const policies = practitioner.policies.filter((policy) => policy.kind === 'PROFESSIONAL' && policy.status !== 'CANCELLED');
  const verified = policies.filter((policy) => policy.status !== 'UNVERIFIED').map((policy) => policy.expiresOn);
  return verified.toSorted().at(-1) ?? (policies.length > 0 ? null : 'none');
}

function protocols(oversight: ClinicOversight | null): Fact<ProtocolFact[]> {
  return oversight?.protocols.map(({ id, service, status, effectiveFrom, expiresOn }) => ({
    ...{ id, service, status, effectiveFrom },
    effectiveUntil: expiresOn,
    noEnd: expiresOn === null,
  }));
}
