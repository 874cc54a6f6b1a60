/** From what neighbours tell and the chart's own rows to what the signing gate asks. Nothing is judged here. */

import type {
  Credential,
  ExamFact,
  ExamSinceFact,
  Fact,
  FacilityClass,
  Modality,
  OrderSigningFacts,
  OutsideProvenance,
  ProtocolFact,
} from '#rules/facts.ts';
import { toId } from '#kernel/ids.ts';
import type { InteractionFact } from '#rules/drug-screening-facts.ts';
import { decidedOn, drugScreeningFact } from '../drug-screening/screening-facts.ts';
import { controlledFacts, inPersonOn } from '../controlled/controlled-rows.ts';
import { kindFact, wordingFact } from '../difference/difference-facts.ts';
import type { DrugSnapshot } from '../document/order-document.ts';
import { attestedFacts, type ClinicAnswer } from '../neighbour/clinic.ts';
import { licensedThen, type PractitionerAnswer, practitionerFact } from '../neighbour/practitioner.ts';
import type { Chart } from './chart.ts';
import { replacedFact } from './change/prior-order.ts';
import { chartFacts, formularyStanding } from './chart-facts.ts';
import { dosingFact } from '../dose/dosing-fact.ts';
import { contentFact } from './content-facts.ts';
import { exclusionFacts } from './excluded-excipients.ts';
import { sourceFacts } from './material-facts.ts';
import type { FormularyItemAnswer, ProtocolAnswer } from './neighbour-facts.ts';

/** What three neighbours told for one order. Null is unknown. */
export interface Neighbours {
  readonly prescriber: PractitionerAnswer | null;
  readonly examiner: PractitionerAnswer | null;
  readonly clinic: ClinicAnswer | null;
  readonly item: FormularyItemAnswer | null;
  readonly protocol: ProtocolAnswer | null;
  /** What a screener said of interactions; null or left out where none was asked. */
  readonly interactions?: InteractionFact | null;
}

/** Nothing was told. */
export const noNeighbours: Neighbours = { prescriber: null, examiner: null, clinic: null, item: null, protocol: null };

/** What the gate is told about an order: kept with the decision, so that it can be understood later. */
export function signingFacts(chart: Chart, told: Neighbours, at: Date): OrderSigningFacts {
  const { order, patient, exam, finding } = chart;
  const drug = order.drug as unknown as DrugSnapshot;
  return {
    ...attestedFacts(told.clinic),
    ...chartFacts(chart),
    ...exclusionFacts(order),
    addressState: patient?.state ?? null,
    drugScreening: decidedOn(drugScreeningFact(chart, told.interactions ?? null, at)),
    formulary: formularyStanding(chart, told.item),
    patientId: toId('patient', order.patientId),
    patientState: order.shipToState,
    service: order.service,
    exam: exam === null ? null : examFact(exam, told.examiner, at, chart.since),
    prescriber: practitionerFact(told.prescriber, at),
    protocol: protocolAt(toId('clinic', order.clinicId), told.protocol),
    inPersonEvaluationOn: inPersonOn(chart),
    controlled: controlledFacts(chart, told),
    ingredients: told.item === null ? null : drug.ingredients.map(({ name, unii }) => ({ name, unii })),
    facilityClass: told.item?.pharmacy.facilityClass as Fact<FacilityClass>,
    ...sourceFacts(told.item, drug.ingredients, at),
    essentiallyACopy: told.item?.requiresClinicalDifference,
    content: contentFact(chart, told, at),
    dosing: dosingFact(order, told.protocol),
    wording: wordingFact(chart),
    clinicalDifference:
      order.findingId === null
        ? 'none'
        : {
            statement: order.differenceStatement,
            findingId: toId('finding', order.findingId),
            findingOnExam: finding === null ? null : finding.examId === order.examId,
            ...kindFact(chart),
          },
    ...(order.priorOrderId !== null && { replaces: replacedFact(chart.prior, at) }),
  };
}

/** An exam's row as gates read it, with what is known now of the examiner's licence then, and what has happened since. */
export function examFact(
  exam: NonNullable<Chart['exam']>,
  examiner: PractitionerAnswer | null,
  at: Date,
  since: ExamSinceFact | null,
): ExamFact {
  return {
    id: toId('exam', exam.id),
    patientId: toId('patient', exam.patientId),
    status: exam.status,
    outcome: exam.outcome,
    ...(exam.conditionsStanding && { conditions: exam.conditionsStanding }),
    services: exam.services,
    modality: exam.modality as Modality,
    patientState: exam.patientState,
    completedAt: exam.completedAt?.toISOString(),
    validUntil: exam.validUntil?.toISOString().slice(0, 10),
    revoked: exam.revokedAt !== null,
    ...(exam.revokedAt && { revokedAt: exam.revokedAt.toISOString() }),
    examinerCredential: exam.examinerCredential as Fact<Credential>,
    examinerLicenceThen: thenOf(exam, examiner, at),
    ...(exam.externalProvenance === null ? {} : { provenance: exam.externalProvenance as OutsideProvenance }),
    since,
  };
}

/** An exam as far as it says who examined whom where, and when. */
export type ExamThen = Pick<NonNullable<Chart['exam']>, 'examinerId' | 'completedAt' | 'patientState'>;

/** What the examiner's licence was on the day of the exam, as known at a moment. */
export function thenOf(exam: ExamThen, examiner: PractitionerAnswer | null, at: Date): Fact<string> {
  const day = exam.completedAt?.toISOString().slice(0, 10);
  // Whoever was asked about before the exam was locked must be its examiner: another's licence says nothing of it.
  const own = exam.examinerId !== null && examiner?.id === toId('practitioner', exam.examinerId) ? examiner : null;
  return licensedThen(own, exam.patientState, day, at);
}

// A protocol of other clinics is none here.
function protocolAt(clinicId: string, told: ProtocolAnswer | null): ProtocolFact | null {
  return told?.clinicIds.includes(clinicId) ? protocolFact(told) : null;
}

/** A protocol version as it was told, as gates read one. */
export function protocolFact(told: ProtocolAnswer): ProtocolFact {
  return { id: told.id, status: told.status, service: told.service, effectiveFrom: told.effectiveFrom, effectiveUntil: told.expiresOn };
}
