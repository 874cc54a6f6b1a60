import { evaluate } from '#rules/evaluate.ts';
import { blockers, isBlocked, type RuleResult } from '#rules/results.ts';
import { turningDays } from '#rules/turning-days.ts';
import { type Cause, causesOf } from './causes.ts';
import type { ClinicRecord } from './clinic-record.ts';
import { clinicLegs, clinicServiceFacts, type ServiceFacts } from './clinic-service-facts.ts';
import type { ClinicOversight } from './oversight.ts';

/** OPEN without reserve, RESTRICTED to a part, CLOSED. */
export type ReadinessStatus = 'OPEN' | 'RESTRICTED' | 'CLOSED';

/** A day from which on a service stands otherwise, and why. */
export interface ReadinessChange {
  /** YYYY-MM-DD. */
  readonly on: string;
  readonly status: ReadinessStatus;
  readonly causes: readonly Cause[];
}

/** What keeps one service closed, or closed in part. */
export interface ServiceReadiness {
  readonly code: string;
  readonly status: ReadinessStatus;
  readonly blockers: readonly RuleResult[];
  /** Worked out when asked for: not everybody who asks whether a service is open asks why, or until when. */
  causes(): readonly Cause[];
  /** Null while nothing on record ends or begins that would change it. */
  next(): ReadinessChange | null;
}

/** What a clinic may offer. */
export interface Readiness {
  readonly status: ReadinessStatus;
  readonly services: readonly ServiceReadiness[];
}

/** The readiness of every service of a clinic on a day or at an instant. Pure: it reads what it is given and no clock. */
export function readinessOf(clinic: ClinicRecord, oversight: ClinicOversight | null, on: string): Readiness {
  const legs = clinicLegs(clinic, oversight);
  const services = clinic.services.map((service): ServiceReadiness => {
    const facts = clinicServiceFacts(clinic, service, oversight, legs);
    const results = evaluate(facts, on);
    const status = statusOf(facts, results, on);
    return {
      code: service.code,
      status,
      blockers: blockers(results),
      causes: () => causesOf({ clinic, oversight, facts, on }, results),
      next: () => nextChange(clinic, oversight, facts, { on, status, ruleIds: results.map(({ id }) => id) }),
    };
  });
  return { status: joined(services.map((service) => service.status)), services };
}

/** By the dates on record alone: only days on which something ends or begins are asked about, and the first that differs answers. */
function nextChange(
  clinic: ClinicRecord,
  oversight: ClinicOversight | null,
  facts: ServiceFacts,
  asked: { readonly on: string; readonly status: ReadinessStatus; readonly ruleIds: readonly string[] },
): ReadinessChange | null {
  for (const on of turningDays(facts, asked.ruleIds, asked.on)) {
    const results = evaluate(facts, on);
    const status = statusOf(facts, results, on);
    if (status !== asked.status) return { on, status, causes: causesOf({ clinic, oversight, facts, on }, results) };
  }
  return null;
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
