import { toId } from '#kernel/ids.ts';
import type { FacilityClass, Fact, OrderSendingFacts, PharmacyLicenceFact } from '#rules/facts.ts';
import { type Decided, decideAt } from '../decided.ts';
import { attestedFacts } from '../neighbour/clinic.ts';
import { practitionerFact } from '../neighbour/practitioner.ts';
import type { Chart } from './chart.ts';
import { chartFacts } from './chart-facts.ts';
import { type Neighbours, thenOf } from './signing-facts.ts';

/** May this order go to its pharmacy now? */
export function routingGate(chart: Chart, told: Neighbours, at: Date): Decided {
  // A formulary item that moved to another pharmacy is not the one that was signed.
  const pharmacy = told.item?.pharmacy.id === toId('pharmacy', chart.order.pharmacyId) ? told.item.pharmacy : null;
  const facts: OrderSendingFacts = {
    ...chartFacts(chart),
    ...attestedFacts(told.clinic),
    prescriber: practitionerFact(told.prescriber, at),
    examRevoked: chart.exam === null ? null : chart.exam.revokedAt !== null,
    examinerLicenceThen: chart.exam === null ? null : thenOf(chart.exam, told.examiner, at),
    pharmacyStatus: pharmacy?.status,
    shipToState: chart.order.shipToState,
    facilityClass: pharmacy?.facilityClass as Fact<FacilityClass>,
    homeState: pharmacy?.homeState,
    licences: pharmacy?.licenses.map((licence) => ({ ...licence, kind: licence.kind as PharmacyLicenceFact['kind'] })),
    sterile: told.item?.sterile,
    patientSpecific: true,
  };
  return decideAt({ gate: 'order-sending', ...facts }, at);
}
