import { evaluate } from '#rules/evaluate.ts';
import { isBlocked } from '#rules/results.ts';
import type { ClinicRecord } from '../readiness/clinic-record.ts';
import { clinicServiceFacts, type ServiceFacts } from '../readiness/clinic-service-facts.ts';
import { back, type KnownClinic, without } from './one-paper.ts';
import { outOfForce, type Paper, type Stop } from './paper.ts';

/** Kinds that services stand on. What else ends stops people, and says so itself. */
const carrying = new Set([
  ...['CLINIC_REGISTRATION', 'CLIA_WAIVER', 'LASER_REGISTRATION', 'MEDICAL_WASTE', 'BUSINESS_LICENSE'],
  ...['ENGAGEMENT', 'LICENSE', 'INSURANCE_POLICY', 'EXCLUSION', 'PROTOCOL', 'ATTESTATION'],
]);

/**
 * The services that close once a paper no longer holds: the gate that readiness and booking ask is asked twice, of the same facts with that
 * one paper and without it. Only what stands with it and falls without it is named. So a clinic with a second director, or a service the
 * director is not engaged for, is not among them, nor is what was closed anyway. Of what has lapsed already: what would stand if it were back.
 */
export function closing(
  paper: Pick<Paper, 'kind' | 'recordId' | 'clinicIds' | 'status' | 'endsOn'>,
  clinics: ReadonlyMap<string, KnownClinic>,
  on: string,
): Stop[] {
  if (!carrying.has(paper.kind)) return [];
  const isOver = outOfForce.has(paper.status) || (paper.endsOn !== null && paper.endsOn < on.slice(0, 10));
  return [...clinics].flatMap(([clinicId, clinic]): Stop[] => {
    if (!paper.clinicIds.includes(clinicId)) return [];
    const standing = isOver ? back(paper, clinic, on) : clinic;
    const fallen = without(paper, standing, on);
    const services = clinic.record.services.filter((service) => closes(factsOf(standing, service), factsOf(fallen, service), on));
    return services.length === 0 ? [] : [{ clinicId, services: services.map(({ code }) => code), practitionerId: null }];
  });
}

function factsOf({ record, oversight }: KnownClinic, service: ClinicRecord['services'][number]): ServiceFacts {
  return clinicServiceFacts(record, service, oversight);
}

/** Whether a service is open, whole or in one of its ways of examining, by the one and no longer by the other. */
function closes(before: ServiceFacts, after: ServiceFacts, on: string): boolean {
  if (!isBlocked(evaluate(after, on))) return false;
  if (!isBlocked(evaluate(before, on))) return true;
  const ways = before.modalities ?? [];
  const open = (facts: ServiceFacts, way: (typeof ways)[number]) => !isBlocked(evaluate({ ...facts, modalities: [way] }, on));
  return ways.length > 1 && ways.some((way) => open(before, way) && !open(after, way));
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
