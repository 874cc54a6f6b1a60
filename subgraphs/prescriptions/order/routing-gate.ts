import type { Order } from '#prisma/generated/prescriptions/client.ts';
import { toId } from '#kernel/ids.ts';
import { consents } from '#rules/exam-completion.ts';
import type { FacilityClass, Fact, OrderRoutingFacts, PharmacyLicenceFact } from '#rules/facts.ts';
import { evaluateRouting } from '#rules/order-routing.ts';
import type { Ctx } from '../builder.ts';
import { holdResult } from '../safety/safety-hold.ts';
import type { Chart } from './chart.ts';
import { type ClinicAnswer, type FormularyItemAnswer, routingQuestion } from './neighbour-facts.ts';
import { type ConsentFacts, consentFacts, examStands, pharmacyOpen } from './own-rules.ts';
import type { Evaluation } from './signing-gate.ts';

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
export function routingGate(chart: Chart, told: RoutingNeighbours, at: Date): Evaluation<OrderRoutingFacts & ConsentFacts> {
  // A formulary item that moved to another pharmacy is not the one that was signed.
  const pharmacy = told.item?.pharmacy.id === toId('pharmacy', chart.order.pharmacyId) ? told.item.pharmacy : null;
  const facts: OrderRoutingFacts & ConsentFacts = {
    ...consentFacts(chart),
    attestations: told.clinic?.attestations,
    entityName: told.clinic?.entityName,
    shipToState: chart.order.shipToState,
    facilityClass: pharmacy?.facilityClass as Fact<FacilityClass>,
    homeState: pharmacy?.homeState,
    licences: pharmacy?.licenses.map((licence) => ({ ...licence, kind: licence.kind as PharmacyLicenceFact['kind'] })),
    sterile: told.item?.sterile,
    patientSpecific: true,
  };
  const own = [examStands(chart), ...consents(facts), pharmacyOpen(pharmacy === null ? null : told.item), holdResult(chart.holds)];
  return { facts, results: [...evaluateRouting(facts, at.toISOString()), ...own] };
}
