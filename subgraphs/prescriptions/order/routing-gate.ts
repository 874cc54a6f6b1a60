import { toId } from '#kernel/ids.ts';
import type { FacilityClass, Fact, OrderSendingFacts, PharmacyLicenceFact, ProtocolFact } from '#rules/facts.ts';
import { type Decided, decideAt } from '../decided.ts';
import { attestedFacts } from '../neighbour/clinic.ts';
import { accountStandingFacts, facilityStandingFacts } from '../neighbour/facility.ts';
import { practitionerFact } from '../neighbour/practitioner.ts';
import type { Chart, ChartRead } from './chart.ts';
import { replacedFact } from './change/prior-order.ts';
import { chartFacts } from './chart-facts.ts';
import { materialFacts } from './material-facts.ts';
import type { ProtocolAnswer } from './neighbour-facts.ts';
import { type ExamThen, type Neighbours, protocolFact, thenOf } from './signing-facts.ts';

/** A signed order with as much of its chart as sending asks: a whole chart will do. */
export interface RoutedOrder extends ChartRead {
  readonly order: Pick<Chart['order'], 'clinicId' | 'pharmacyId' | 'shipToState'> & Partial<Pick<Chart['order'], 'priorOrderId'>>;
  readonly exam: (ExamThen & Pick<NonNullable<Chart['exam']>, 'modality' | 'revokedAt'>) | null;
  /** Undefined for who may not read patients' records: then it is not asked. */
  readonly since: Chart['since'] | undefined;
  /** The order whose place it takes; left out by who does not read it, and then not asked. */
  readonly prior?: Chart['prior'];
  /** Left out by who does not read it, and then not asked. */
  readonly changeAwaited?: Chart['changeAwaited'];
}

/** May this order go to its pharmacy now? For its next fill, with what is known of those before. */
export function routingGate(
  chart: RoutedOrder,
  told: Neighbours,
  at: Date,
  more: Pick<OrderSendingFacts, 'transmission' | 'refill' | 'lastDay'> = {},
): Decided {
  // A formulary item that moved to another pharmacy is not the one that was signed.
  const pharmacy = told.item?.pharmacy.id === toId('pharmacy', chart.order.pharmacyId) ? told.item.pharmacy : null;
  const facts: OrderSendingFacts = {
    ...chartFacts(chart),
    ...attestedFacts(told.clinic),
    prescriber: practitionerFact(told.prescriber, at),
    protocol: standingAt(toId('clinic', chart.order.clinicId), told.protocol),
    examRevoked: chart.exam === null ? null : chart.exam.revokedAt !== null,
    examinerLicenceThen: chart.exam === null ? null : thenOf(chart.exam, told.examiner, at),
    ...(chart.since !== undefined && { since: chart.since }),
    pharmacyStatus: pharmacy?.status,
    shipToState: chart.order.shipToState,
    facilityClass: pharmacy?.facilityClass as Fact<FacilityClass>,
    homeState: pharmacy?.homeState,
    licences: pharmacy?.licenses.map((licence) => ({ ...licence, kind: licence.kind as PharmacyLicenceFact['kind'] })),
    sterile: told.item?.sterile,
    patientSpecific: true,
    ...(told.item !== null && facilityStandingFacts(pharmacy, [told.item])),
    ...(pharmacy !== null && materialFacts(told.item, at)),
    ...(told.item?.shipsTo !== undefined && { shipsTo: told.item.shipsTo }),
    ...accountStandingFacts(pharmacy?.accountsOf, toId('clinic', chart.order.clinicId)),
    ...(chart.prior !== undefined && chart.order.priorOrderId != null && { replaces: replacedFact(chart.prior, at) }),
    ...(chart.changeAwaited !== undefined && { changeAwaited: chart.changeAwaited }),
    ...more,
  };
  return decideAt({ gate: 'order-sending', ...facts }, at);
}

// Where one who signed it for this clinic may not answer for it today, the version is suspended here, whatever it is elsewhere.
function standingAt(clinicId: string, told: ProtocolAnswer | null): ProtocolFact | null {
  if (told === null) return null;
  return { ...protocolFact(told), status: told.clinicIds.includes(clinicId) ? told.status : 'SUSPENDED' };
}
