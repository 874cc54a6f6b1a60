import type { Order } from '#prisma/generated/prescriptions/client.ts';
import { toId } from '#kernel/ids.ts';
import type { FacilityClass, Fact, OrderSendingFacts, PharmacyLicenceFact } from '#rules/facts.ts';
import type { Ctx } from '../builder.ts';
import { type Decided, decideAt } from '../decided.ts';
import { attestedFacts, type ClinicAnswer } from '../neighbour/clinic.ts';
import type { Chart } from './chart.ts';
import { chartFacts } from './chart-facts.ts';
import { type FormularyItemAnswer, routingQuestion } from './neighbour-facts.ts';

/** What routing was told of the pharmacy and the clinic. Null is unknown. */
export interface RoutingNeighbours {
  readonly clinic: ClinicAnswer | null;
  readonly item: FormularyItemAnswer | null;
}

/** Asks about the pharmacy an order would go to, its ids taken from a row the caller may see. */
export async function askRouting(ctx: Ctx, order: Order): Promise<RoutingNeighbours> {
  const told = await ctx.graph.ask(routingQuestion, {
    clinics: [toId('clinic', order.clinicId)],
    formularyItem: toId('formularyItem', order.formularyItemId),
  });
  return { clinic: told?.clinicFacts[0] ?? null, item: told?.formularyItemFacts ?? null };
}

/** May this order go to its pharmacy now? */
export function routingGate(chart: Chart, told: RoutingNeighbours, at: Date): Decided {
  // A formulary item that moved to another pharmacy is not the one that was signed.
  const pharmacy = told.item?.pharmacy.id === toId('pharmacy', chart.order.pharmacyId) ? told.item.pharmacy : null;
  const facts: OrderSendingFacts = {
    ...chartFacts(chart),
    ...attestedFacts(told.clinic),
    examRevoked: chart.exam === null ? null : chart.exam.revokedAt !== null,
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
