import { toId } from '#kernel/ids.ts';
import { evaluate } from '#rules/evaluate.ts';
import { addDays } from '#rules/dates.ts';
import { legOf } from '../readiness/causes.ts';
import type { ClinicRecord } from '../readiness/clinic-record.ts';
import { clinicServiceFacts } from '../readiness/clinic-service-facts.ts';
import type { ClinicOversight } from '../readiness/oversight.ts';
import { storedDay } from '../business-day.ts';
import type { Paper, Stop } from './paper.ts';

/** A clinic with what its readiness is asked of. */
export interface KnownClinic {
  readonly record: ClinicRecord;
  readonly oversight: ClinicOversight | null;
}

const ofTheSite = new Set(['CLINIC_REGISTRATION', 'CLIA_WAIVER', 'LASER_REGISTRATION', 'MEDICAL_WASTE', 'BUSINESS_LICENSE']);
const legs: Readonly<Record<string, string>> = {
  ENGAGEMENT: 'DIRECTOR',
  LICENSE: 'DIRECTOR',
  INSURANCE_POLICY: 'DIRECTOR',
  EXCLUSION: 'DIRECTOR',
  PROTOCOL: 'PROTOCOL',
  ATTESTATION: 'RULE',
};

/**
 * The services that close once a paper no longer holds: the gate that readiness and booking ask is asked again, of the same facts with that
 * one paper over. So a clinic with a second director, or a service the director is not engaged for, is not among them.
 */
export function closing(
  { kind, recordId, clinicIds, ruleId }: Pick<Paper, 'kind' | 'recordId' | 'clinicIds' | 'ruleId'>,
  clinics: ReadonlyMap<string, KnownClinic>,
  on: string,
): Stop[] {
  const leg = ofTheSite.has(kind) ? 'FACILITY' : legs[kind];
  if (leg === undefined) return [];
  return [...clinics].flatMap(([clinicId, clinic]): Stop[] => {
    if (!clinicIds.includes(clinicId)) return [];
    const { record, oversight } = without(recordId, clinic, addDays(on.slice(0, 10), -1));
    const services = record.services.filter((service) =>
      evaluate(clinicServiceFacts(record, service, oversight), on).some(
        ({ id, outcome }) => outcome !== 'PASS' && legOf(id) === leg && (leg !== 'RULE' || id === ruleId),
      ),
    );
    return services.length === 0 ? [] : [{ clinicId, services: services.map(({ code }) => code), practitionerId: null }];
  });
}

/** The same clinic with one record’s last day over. */
function without(recordId: string, { record, oversight }: KnownClinic, lastDay: string): KnownClinic {
  const over = <Row extends { readonly id: string; readonly expiresOn: string | null }>(rows: readonly Row[]): Row[] =>
    rows.map((row) => (row.id === recordId ? { ...row, expiresOn: lastDay } : row));
  const ended = storedDay(lastDay);
  return {
    record: {
      ...record,
      facilityLicenses: record.facilityLicenses.map((one) =>
        toId('facilityLicense', one.id) === recordId ? { ...one, expiresOn: ended } : one,
      ),
      entity: {
        ...record.entity,
        attestations: record.entity.attestations.map((one) =>
          toId('attestation', one.id) === recordId ? { ...one, expiresOn: ended } : one,
        ),
      },
    },
    oversight: oversight && {
      ...oversight,
      engagements: oversight.engagements.map((engagement) => ({
        ...engagement,
        endsOn: engagement.id === recordId ? lastDay : engagement.endsOn,
        practitioner: engagement.practitioner && {
          ...engagement.practitioner,
          ...(engagement.practitioner.id === recordId ? { exclusion: { status: 'EXCLUDED', since: lastDay } } : {}),
          licenses: over(engagement.practitioner.licenses),
          policies: over(engagement.practitioner.policies),
        },
      })),
      protocols: over(oversight.protocols),
    },
  };
}

/** The services that close, in words, clinic by clinic. */
export function closingInWords(stops: readonly Stop[], clinics: ReadonlyMap<string, KnownClinic>): string[] {
  return stops.flatMap(({ clinicId, services, practitionerId }) => {
    const record = practitionerId === null && clinicId !== null ? clinics.get(clinicId)?.record : undefined;
    if (record === undefined) return [];
    const whole = services.length > 1 && services.length === record.services.length;
    return whole ? [`Every service at ${record.name}`] : services.map((code) => `${code} at ${record.name}`);
  });
}
