import { toId } from '#kernel/ids.ts';
import { blockers, type RuleResult } from '#rules/results.ts';
import type { Decided } from '../decided.ts';
import { decideAgreed } from '../exam/exam-gate.ts';
import type { ProtocolAnswer } from '../order/neighbour-facts.ts';
import { routingGate } from '../order/routing-gate.ts';
import type { ClinicToday, PresentFacts } from './present-facts.ts';
import type { ChartInFlight, InFlight, OrderInFlight } from './in-flight.ts';

/**
 * What stands in the way of a record today: of an exam what starting it at its time would be refused for, of an order what sending it
 * would be. Pure, and the very gates that booking and sending ask. Of a record whose chart the caller may not read, nothing of the patient.
 */
export function standingInTheWay(record: InFlight, told: PresentFacts, at: Date): RuleResult[] {
  const decided = record.order === null ? askExam(record, told, at) : askOrder(record, record.order, told, at);
  const results = blockers(decided.results);
  return record.chart === null ? results.filter(({ id }) => !isOfPatient(id)) : results;
}

/** Whether a rule speaks of the patient's own record, and not of people, papers or places. */
function isOfPatient(ruleId: string): boolean {
  // What a board says of the examiner's licence is no matter of the patient's.
  return (
    ruleId.startsWith('consent.') ||
    ruleId.startsWith('patient.') ||
    ruleId === 'safety.hold' ||
    (ruleId.startsWith('exam.') && ruleId !== 'exam.examinerLicence')
  );
}

function askExam(record: InFlight, told: PresentFacts, at: Date): Decided {
  const { clinicId, service, state, modality, due, practitionerId } = record;
  const plan = { clinicId, service, patientState: state, modality, startsAt: due, examinerId: practitionerId };
  const { consents, birthDate } = record.chart ?? { consents: [], birthDate: null };
  // One that cannot be read is no date, which blocks; of a patient whose record is not open to the caller none is asked.
  return decideAgreed(plan, told, { consents, ...(record.chart === null ? {} : { birthDate: birthDate ?? '' }) }, at);
}

function askOrder(
  { clinicId, practitionerId, state, modality, chart }: InFlight,
  order: OrderInFlight,
  told: PresentFacts,
  at: Date,
): Decided {
  const clinic = told.clinics.get(clinicId);
  const neighbours = {
    prescriber: told.practitioners.get(practitionerId) ?? null,
    examiner: told.practitioners.get(order.examinerId) ?? null,
    clinic: clinic ?? null,
    item: told.items.get(order.formularyItemId) ?? null,
    protocol: protocolAt(clinic, toId('clinic', clinicId), toId('protocolVersion', order.protocolId)),
  };
  const exam = {
    ...{ modality, examinerId: order.examinerId, completedAt: order.examCompletedAt, patientState: order.examState },
    revokedAt: revokedAt(chart, at),
  };
  const { consents, holds } = chart ?? { consents: [], holds: [] };
  const routed = {
    order: { clinicId, pharmacyId: order.pharmacyId, shipToState: state },
    exam,
    since: chart === null ? undefined : chart.since,
    consents: consents.map((kind) => ({ kind })),
    holds: holds.map((reason) => ({ reason })),
  };
  return routingGate(routed, neighbours, at, { lastDay: order.lastDay });
}

// That it was taken back decides; when is the chart's to say.
function revokedAt(chart: ChartInFlight | null, at: Date): Date | null {
  return chart?.examRevoked === true ? at : null;
}

/** The version as it stands at this clinic: among a clinic's protocols each is told so. */
function protocolAt(clinic: ClinicToday | undefined, clinicId: string, protocolId: string): ProtocolAnswer | null {
  const found = clinic?.oversight?.protocols.find(({ id }) => id === protocolId);
  if (found === undefined) return null;
  const { id, service, status, effectiveFrom, expiresOn, digest } = found;
  return { id, service, status, effectiveFrom, expiresOn: expiresOn ?? '', digest, clinicIds: [clinicId], version: '', title: '' };
}
