/** From what somebody plans to what its gate is told. What was not given stays unknown; what is taken as given is said in the graph. */

import type { ControlledFacts } from '#rules/controlled-facts.ts';
import { everControlled } from '#rules/controlled-schedule.ts';
import { examValidUntil } from '#rules/evaluate.ts';
import type { AttestedFacts, Fact, GateFacts, Modality, OfferedService, PractitionerFact } from '#rules/facts.ts';
import { licenceThen } from '#rules/licence-history.ts';
import type { RuleSet } from '#rules/rule-set.ts';
import { asksMaterial, type SourceFacts } from '#rules/substance-conditions.ts';
import type { DelegationPlan, ExamPlan, OrderPlan, RoutingPlan } from './explain-input.ts';
import type { ItemAnswer, Person, ProtocolAnswer } from './explain-neighbours.ts';

/** The clinic at which something is planned, as far as gates read it. */
export interface PlanningClinic extends AttestedFacts {
  readonly state: string;
  readonly services: readonly OfferedService[];
}

/** Stands for the patient, the exam and the finding of a plan, which has none. */
const PLANNED = 'planned';

/** What booking the exam would be told, before the patient has agreed to anything. */
export function examFacts(clinic: PlanningClinic, plan: ExamPlan, examiner: PractitionerFact | null): GateFacts {
  return {
    gate: 'exam-booking',
    ...attested(clinic),
    clinicServices: clinic.services,
    patientState: plan.patientState,
    modality: plan.modality as Fact<Modality>,
    service: plan.service,
    startsAt: plan.startsAt?.toISOString(),
    examiner,
  };
}

/** Whom and what a planned order names, as the neighbours tell. */
export interface OrderParts {
  readonly prescriber: PractitionerFact | null;
  readonly examiner: Person | null;
  readonly protocol: ProtocolAnswer | null;
  readonly item: ItemAnswer | null;
}

/** As of when, by which rules, and as known at which moment. */
export interface AsOf {
  readonly on: string;
  readonly rules: RuleSet;
  readonly knownAt: Date;
}

/** What signing the order would be told of a patient who has agreed, lives where they are, is held back by nothing, and was examined and approved. */
export function orderFacts(clinic: PlanningClinic, plan: OrderPlan, parts: OrderParts, { on, rules, knownAt }: AsOf): GateFacts {
  const { prescriber, examiner, protocol, item } = parts;
  const completed = plan.examCompletedOn;
  const told = { ...attested(clinic), patientState: plan.patientState };
  return {
    gate: 'order-signing',
    ...told,
    addressState: plan.patientState,
    patientId: PLANNED,
    modality: plan.modality as Fact<Modality>,
    service: plan.service,
    consents: ['TREATMENT', 'TELEHEALTH'],
    safetyHolds: [],
    inPersonEvaluationOn: 'none',
    controlled: controlledPlan(clinic, parts),
    exam: {
      id: PLANNED,
      patientId: PLANNED,
      status: 'COMPLETED',
      outcome: 'APPROVED',
      services: plan.service == null ? null : [plan.service],
      modality: plan.modality as Fact<Modality>,
      patientState: plan.patientState,
      completedAt: completed,
      validUntil: completed == null ? null : examValidUntil(told, completed, on, rules),
      revoked: false,
      examinerCredential: examiner?.fact.credential,
      examinerLicenceThen: licenceThen(examiner?.history, plan.patientState, completed, knownAt),
    },
    prescriber,
    protocol: protocol && {
      ...{ id: protocol.id, status: protocol.status, service: protocol.service },
      ...{ effectiveFrom: protocol.effectiveFrom, effectiveUntil: protocol.expiresOn },
    },
    formulary: item && (item.active ? 'OFFERED' : 'WITHDRAWN'),
    ingredients: item?.ingredients.map(({ name, unii }) => ({ name, unii })),
    facilityClass: item?.pharmacy.facilityClass,
    ...materials(item, on, rules),
    essentiallyACopy: item?.requiresClinicalDifference,
    clinicalDifference:
      plan.clinicalDifference == null ? 'none' : { statement: plan.clinicalDifference, findingId: PLANNED, findingOnExam: true },
  };
}

// Where the rules that were asked about ask for them. What the pharmacy stands by is as of now, like its licences.
function materials(item: ItemAnswer | null, on: string, rules: RuleSet): SourceFacts {
  if (item === null) return {};
  const told = { ingredients: item.ingredients, facilityClass: item.pharmacy.facilityClass };
  return asksMaterial(rules, told, on) ? { sources: item.sources ?? null } : {};
}

// How it would be refilled, and who may sign it, nobody has said of a plan; a query of the program is made for an order.
function controlledPlan(clinic: PlanningClinic, { prescriber, examiner, item }: OrderParts): ControlledFacts | null {
  if (item === null || !everControlled(item.ingredients)) return null;
  return {
    pharmacyState: item.pharmacy.homeState,
    prescriberState: clinic.state,
    refills: null,
    daysSupply: null,
    examByPrescriber: prescriber === null || examiner === null ? null : prescriber.id === examiner.fact.id,
    pdmpChecks: [],
    access: null,
  };
}

/** What sending an order for one patient would be told of the pharmacy. */
export function routingFacts(clinic: PlanningClinic, plan: RoutingPlan, item: ItemAnswer | null): GateFacts {
  return {
    gate: 'order-routing',
    ...attested(clinic),
    shipToState: plan.shipToState,
    facilityClass: item?.pharmacy.facilityClass,
    homeState: item?.pharmacy.homeState,
    licences: item?.pharmacy.licenses,
    sterile: item?.sterile,
    patientSpecific: true,
  };
}

/** What is asked before an act is delegated. Nobody has counted whom the physician supervises. */
export function delegationFacts(
  clinic: PlanningClinic,
  plan: DelegationPlan,
  people: { readonly delegate: PractitionerFact | null; readonly delegator: PractitionerFact | null },
): GateFacts {
  return { gate: 'delegation', ...attested(clinic), state: clinic.state, service: plan.service, ...people, supervised: null };
}

function attested({ attestations, entityName }: PlanningClinic): AttestedFacts {
  return { attestations, entityName };
}
