import { toId } from '#kernel/ids.ts';
import { standingDirector } from '#rules/clinic-director.ts';
import { practisesUnder } from '#rules/licence.ts';
import { blockers, type RuleResult } from '#rules/results.ts';
import { dayText } from '../business-day.ts';
import { latestOf } from '../latest.ts';
import type { ClinicRecord } from './clinic-record.ts';
import type { ServiceFacts } from './clinic-service-facts.ts';
import type { ClinicOversight } from './oversight.ts';

/** What a service stands on: take one away and it closes. */
export type Leg = 'RULE' | 'DIRECTOR' | 'PROTOCOL' | 'FACILITY' | 'OFFERING';

/** Which record broke the leg. */
export interface CauseSubject {
  readonly kind: 'ENGAGEMENT' | 'LICENSE' | 'INSURANCE_POLICY' | 'PROTOCOL_VERSION' | 'FACILITY_LICENSE';
  /** Public id. */
  readonly id: string;
}

/** Whose it is to put right. */
export interface RemedyOwner {
  readonly role: 'COMPLIANCE_OFFICER' | 'MEDICAL_DIRECTOR';
  /** Public ids; the practitioner only where it is one person's to do. */
  readonly entityId: string;
  readonly practitionerId: string | null;
}

/** A rule that stands in the way of a service, with the leg it broke. */
export interface Cause {
  readonly result: RuleResult;
  readonly leg: Leg;
  readonly subject: CauseSubject | null;
  /** Null when nothing is to be put right but an answer that did not come. */
  readonly owner: RemedyOwner | null;
}

/** What was asked about which service. */
export interface Asked {
  readonly clinic: ClinicRecord;
  readonly oversight: ClinicOversight | null;
  readonly facts: ServiceFacts;
  readonly on: string;
}

type Engagement = ClinicOversight['engagements'][number];

const offeringRules = new Set(['service', 'service.offered', 'modality', 'modality.in-person', 'jurisdiction.clinic']);

/** Everything that stands in the way, with leg, record and owner, in the order in which it was asked. */
export function causesOf(asked: Asked, results: readonly RuleResult[]): Cause[] {
  const { clinic, oversight } = asked;
  const best = standingDirector(asked.facts, asked.on);
  const engagement = oversight?.engagements.find(({ id }) => id === best?.engagementId) ?? null;
  return blockers(results).map((result) => {
    const leg = legOf(result.id);
    const silent = oversight === null && (leg === 'DIRECTOR' || leg === 'PROTOCOL');
    return {
      result,
      leg,
      subject: subjectOf(leg, result, asked, engagement),
      owner: silent ? null : { ...ownerOf(leg, result, engagement), entityId: toId('entity', clinic.entityId) },
    };
  });
}

/** Which leg a rule of the gate is about. */
export function legOf(ruleId: string): Leg {
  if (ruleId.startsWith('director.') || ruleId.endsWith('.director')) return 'DIRECTOR';
  if (ruleId === 'protocol.inForce') return 'PROTOCOL';
  if (ruleId.startsWith('facility.licence')) return 'FACILITY';
  return offeringRules.has(ruleId) ? 'OFFERING' : 'RULE';
}

/** What is a person's own paper is theirs to renew; what has to be looked up, engaged or attested is the compliance officer's. */
function ownerOf(leg: Leg, { id, outcome }: RuleResult, engagement: Engagement | null): Omit<RemedyOwner, 'entityId'> {
  const director = { role: 'MEDICAL_DIRECTOR', practitionerId: engagement?.practitioner?.id ?? null } as const;
  if (leg === 'PROTOCOL' && engagement !== null) return director;
  const ownPaper = id === 'licence.director' || id === 'insurance.director';
  return ownPaper && outcome === 'FAIL' ? director : { role: 'COMPLIANCE_OFFICER', practitionerId: null };
}

function subjectOf(leg: Leg, { id }: RuleResult, { clinic, oversight, facts }: Asked, engagement: Engagement | null): CauseSubject | null {
  if (leg === 'FACILITY') {
    const of = clinic.facilityLicenses.filter(({ kind }) => id === `facility.licence.${kind}`);
    const active = of.filter(({ status }) => status === 'ACTIVE');
    const counting = active.length > 0 ? active : of;
    const last = lastOf(counting.map((one) => ({ id: toId('facilityLicense', one.id), expiresOn: dayText(one.expiresOn) })));
    return last && { kind: 'FACILITY_LICENSE', id: last.id };
  }
  if (leg === 'PROTOCOL') {
    const last = lastOf((oversight?.protocols ?? []).filter(({ service }) => service === facts.service));
    return last && { kind: 'PROTOCOL_VERSION', id: last.id };
  }
  if (leg !== 'DIRECTOR' || engagement === null) return null;
  const { practitioner } = engagement;
  if (id === 'licence.director') {
    const last = lastOf(
      (practitioner?.licenses ?? []).filter(({ state, type }) => state === clinic.state && practisesUnder(practitioner?.credential, type)),
    );
    return last && { kind: 'LICENSE', id: last.id };
  }
  if (id === 'insurance.director') {
    const last = lastOf((practitioner?.policies ?? []).filter(({ kind, status }) => kind === 'PROFESSIONAL' && status !== 'CANCELLED'));
    return last && { kind: 'INSURANCE_POLICY', id: last.id };
  }
  return { kind: 'ENGAGEMENT', id: engagement.id };
}

/** Of papers that replace one another the one that lasts longest: where that one does not hold, none does. */
function lastOf<Paper extends { readonly id: string; readonly expiresOn: string | null }>(papers: readonly Paper[]): Paper | null {
  return (
    latestOf(
      papers,
      () => 'one line',
      ({ expiresOn }) => expiresOn,
    )[0] ?? null
  );
}
