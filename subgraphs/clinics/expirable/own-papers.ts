import { toId } from '#kernel/ids.ts';
import type { Prisma } from '#prisma/generated/clinics/client.ts';
import { dayText } from '../business-day.ts';
import type { ClinicRecord } from '../readiness/clinic-record.ts';
import { inWords, owner, type Paper } from './paper.ts';

type Agreement = Prisma.ManagementAgreementGetPayload<{ include: { entity: true } }>;

/** Our own papers of some clinics: licences of the sites, what entities attested, management agreements. */
export function ownPapers(clinics: readonly ClinicRecord[], agreements: readonly Agreement[]): Paper[] {
  return [...clinics.flatMap(facilityPapers), ...attestationPapers(clinics), ...agreements.map((one) => agreementPaper(one, clinics))];
}

function facilityPapers(clinic: ClinicRecord): Paper[] {
  const clinicId = toId('clinic', clinic.id);
  return clinic.facilityLicenses.map(
    (license): Paper => ({
      ...{ kind: license.kind, recordId: toId('facilityLicense', license.id), clinicIds: [clinicId] },
      subject: { __typename: 'FacilityLicense', id: toId('facilityLicense', license.id) },
      label: `${inWords(license.kind)} of ${clinic.name}`,
      ...{ status: license.status, since: null, startsOn: null, endsOn: dayText(license.expiresOn), acts: [], stops: [] },
      owner: owner('COMPLIANCE_OFFICER', { entityId: toId('entity', clinic.entityId) }),
      line: `facility ${clinicId} ${license.kind}`,
    }),
  );
}

/** Of each rule the last word of an entity: it has replaced those before it for good. */
function attestationPapers(clinics: readonly ClinicRecord[]): Paper[] {
  const entities = new Map(clinics.map(({ entity }) => [entity.id, entity]));
  return [...entities.values()].flatMap((entity) => {
    const last = new Map<string, (typeof entity.attestations)[number]>();
    for (const one of entity.attestations) {
      const known = last.get(one.ruleId);
      if (known === undefined || one.attestedAt > known.attestedAt) last.set(one.ruleId, one);
    }
    const own = clinics.filter(({ entityId }) => entityId === entity.id);
    return [...last.values()].map((attestation): Paper => {
      const { id, jurisdiction, ruleId, expiresOn, revokedAt } = attestation;
      const bound = own.filter(({ state }) => jurisdiction === 'US' || state === jurisdiction);
      return {
        ...{ kind: 'ATTESTATION', recordId: toId('attestation', id), clinicIds: bound.map((clinic) => toId('clinic', clinic.id)) },
        ...{ subject: null, label: `Attestation of ${ruleId} by ${entity.name}` },
        ...{
          status: revokedAt === null ? 'ACTIVE' : 'REVOKED',
          since: revokedAt && dayText(revokedAt),
          startsOn: null,
          endsOn: expiresOn && dayText(expiresOn),
        },
        ...{ acts: [], stops: [], owner: owner('COMPLIANCE_OFFICER', { entityId: toId('entity', entity.id) }) },
        ruleId,
        line: `attestation ${entity.id} ${ruleId}`,
      };
    });
  });
}

function agreementPaper({ id, entity, startsOn, endsOn }: Agreement, clinics: readonly ClinicRecord[]): Paper {
  return {
    ...{ kind: 'MANAGEMENT_AGREEMENT', recordId: toId('agreement', id) },
    clinicIds: clinics.filter(({ entityId }) => entityId === entity.id).map((clinic) => toId('clinic', clinic.id)),
    subject: { __typename: 'ManagementAgreement', id: toId('agreement', id) },
    label: `Management agreement with ${entity.name}`,
    ...{ status: 'ACTIVE', since: null, startsOn: dayText(startsOn), endsOn: endsOn && dayText(endsOn) },
    acts: [`Management of the clinics of ${entity.name}`],
    stops: [],
    owner: owner('COMPLIANCE_OFFICER', { entityId: toId('entity', entity.id) }),
    line: `agreement ${entity.id}`,
  };
}
