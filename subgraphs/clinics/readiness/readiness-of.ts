import { evaluate } from '#rules/evaluate.ts';
import { blockers, isBlocked, type RuleResult } from '#rules/results.ts';
import type { ClinicRecord } from './clinic-record.ts';
import { clinicServiceFacts, type ServiceFacts } from './clinic-service-facts.ts';
import type { ClinicOversight } from './oversight.ts';

/** OPEN without reserve, RESTRICTED to a part, CLOSED. */
export type ReadinessStatus = 'OPEN' | 'RESTRICTED' | 'CLOSED';

/** What keeps one service closed, or closed in part. */
export interface ServiceReadiness {
  readonly code: string;
  readonly status: ReadinessStatus;
  readonly blockers: readonly RuleResult[];
}

/** What a clinic may offer. */
export interface Readiness {
  readonly status: ReadinessStatus;
  readonly services: readonly ServiceReadiness[];
}

/** The readiness of every service of a clinic on a day or at an instant. Pure: it reads what it is given and no clock. */
export function readinessOf(clinic: ClinicRecord, oversight: ClinicOversight | null, on: string): Readiness {
  const services = clinic.services.map((service): ServiceReadiness => {
    const facts = clinicServiceFacts(clinic, service, oversight);
    const results = evaluate(facts, on);
    return { code: service.code, status: statusOf(facts, results, on), blockers: blockers(results) };
  });
  return { status: joined(services.map((service) => service.status)), services };
}

/** A service that is blocked for some ways of examining and not for others is open in part: the blockers say for which not. */
function statusOf(facts: ServiceFacts, results: readonly RuleResult[], on: string): ReadinessStatus {
  if (!isBlocked(results)) return 'OPEN';
  const ways = facts.modalities ?? [];
  const somehow = ways.length > 1 && ways.some((way) => !isBlocked(evaluate({ ...facts, modalities: [way] }, on)));
  return somehow ? 'RESTRICTED' : 'CLOSED';
}

function joined(services: readonly ReadinessStatus[]): ReadinessStatus {
  if (services.length > 0 && services.every((status) => status === 'OPEN')) return 'OPEN';
  return services.some((status) => status !== 'CLOSED') ? 'RESTRICTED' : 'CLOSED';
}
