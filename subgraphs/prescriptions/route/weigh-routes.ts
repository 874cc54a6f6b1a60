/** Which pharmacies may fill an order, which of them first, and what stands in the way of the others. */

import type { Order } from '#prisma/generated/prescriptions/client.ts';
import { question } from '#kernel/context.ts';
import { InvalidInput } from '#kernel/errors.ts';
import { toId, tryId } from '#kernel/ids.ts';
import { materialAsked } from '#rules/evaluate.ts';
import type { FacilityClass, PharmacyLicenceFact } from '#rules/facts.ts';
import { blockers, type RuleResult } from '#rules/results.ts';
import { routeOption } from '#rules/route-option.ts';
import type { Ctx } from '../builder.ts';
import { type Decided, decideAt } from '../decided.ts';
import { attestedFacts, type ClinicAnswer, clinicFields } from '../neighbour/clinic.ts';
import { accountFields, accountStandingFacts, facilityStandingFacts } from '../neighbour/facility.ts';
import { materialFacts } from '../order/material-facts.ts';
import { type FormularyItemAnswer, formularyItemFields } from '../order/neighbour-facts.ts';

interface CandidateAnswer {
  readonly item: FormularyItemAnswer;
  readonly samePreparation: boolean;
  readonly leadTimeDays: number | null;
  readonly priceCents: number | null;
  readonly openOrders: number;
  readonly gaveBack: string | null;
}

/** Everything that routes are weighed by, asked in one breath by the service's right: no patient is in it. */
export const routesQuestion = question<
  { routeCandidatesFacts: readonly CandidateAnswer[] | null; clinicFacts: readonly ClinicAnswer[] },
  { orderId: string; formularyItemId: string; clinics: readonly string[] }
>(
  'service',
  `query RouteCandidates($orderId: ID!, $formularyItemId: ID!, $clinics: [ID!]!) {
    routeCandidatesFacts(orderId: $orderId, formularyItemId: $formularyItemId) {
      item { ${formularyItemFields} pharmacy { ${accountFields} } }
      samePreparation leadTimeDays priceCents openOrders gaveBack
    }
    clinicFacts(ids: $clinics) { ${clinicFields} }
  }`,
);

/** One preparation of one pharmacy, weighed. */
export interface Route {
  readonly formularyItemId: string;
  readonly itemName: string;
  readonly pharmacyId: string;
  readonly pharmacyName: string;
  /** Whether the order names it already. */
  readonly named: boolean;
  readonly patientsChoice: boolean;
  readonly accountApproved: boolean;
  readonly leadTimeDays: number | null;
  readonly priceCents: number | null;
  readonly openOrders: number;
  readonly gaveBack: string | null;
  /** What stands in its way; empty where it may fill the order. */
  readonly reasons: readonly RuleResult[];
  readonly decided: Decided;
}

/**
 * All routes of an order: those that may fill it in the order of preference, then the others. Null where it could not be asked. `path` is where the
 * patient’s pharmacy was named.
 */
export async function weighRoutes(ctx: Ctx, order: Order, patientsPharmacy: string | null, path: string): Promise<Route[] | null> {
  if (patientsPharmacy !== null && tryId('pharmacy', patientsPharmacy) === null)
    throw new InvalidInput([{ path, message: 'is no id of a pharmacy' }]);
  const clinicId = toId('clinic', order.clinicId);
  const told = await ctx.graph.ask(routesQuestion, {
    orderId: toId('order', order.id),
    formularyItemId: toId('formularyItem', order.formularyItemId),
    clinics: [clinicId],
  });
  if (told?.routeCandidatesFacts == null) return null;
  const clinic = told.clinicFacts.find(({ id }) => id === clinicId) ?? null;
  const at = ctx.now();
  const routes = told.routeCandidatesFacts.map((candidate) => routeOf(order, candidate, clinic, patientsPharmacy, at));
  return routes.toSorted(inOrder);
}

function routeOf(order: Order, candidate: CandidateAnswer, clinic: ClinicAnswer | null, patientsPharmacy: string | null, at: Date): Route {
  const { item, gaveBack } = candidate;
  const { pharmacy } = item;
  const account = accountStandingFacts(pharmacy.accountsOf, toId('clinic', order.clinicId));
  const decided = decideAt(
    {
      gate: 'order-routing',
      ...attestedFacts(clinic),
      ...{ shipToState: order.shipToState, homeState: pharmacy.homeState, sterile: item.sterile, patientSpecific: true },
      facilityClass: pharmacy.facilityClass as FacilityClass,
      licences: pharmacy.licenses.map((licence) => ({ ...licence, kind: licence.kind as PharmacyLicenceFact['kind'] })),
      ...facilityStandingFacts(pharmacy, [item]),
      ...(item.shipsTo !== undefined && { shipsTo: item.shipsTo }),
    },
    at,
  );
  const { material } = materialFacts(item, at);
  const materials = material === undefined ? [] : materialAsked(material, at.toISOString());
  const own = routeOption({
    ...account,
    ...{ pharmacyStatus: pharmacy.status, offered: item.active, samePreparation: candidate.samePreparation, gaveBack },
  });
  return {
    ...{ formularyItemId: item.id, itemName: item.name, pharmacyId: pharmacy.id, pharmacyName: pharmacy.name, gaveBack, decided },
    named: item.id === toId('formularyItem', order.formularyItemId),
    patientsChoice: pharmacy.id === patientsPharmacy,
    accountApproved: typeof account.account === 'object' && account.account?.status === 'APPROVED',
    ...{ leadTimeDays: candidate.leadTimeDays, priceCents: candidate.priceCents, openOrders: candidate.openOrders },
    reasons: [...blockers(own), ...blockers(decided.results), ...blockers(materials)],
  };
}

/**
 * Who may fill comes first. Among those: whom the patient chose, who has not given it back, who has an account of the clinic,
 * then the shorter lead time, the lower price, the smaller load. What is not recorded comes after what is.
 */
export function inOrder(one: Route, other: Route): number {
  const weights = (route: Route) => [
    ...[route.reasons.length > 0, !route.patientsChoice, route.gaveBack !== null, !route.accountApproved].map(Number),
    route.leadTimeDays ?? Number.MAX_SAFE_INTEGER,
    route.priceCents ?? Number.MAX_SAFE_INTEGER,
    route.openOrders,
  ];
  const others = weights(other);
  const differs = weights(one)
    .map((weight, index) => weight - (others[index] ?? 0))
    .find((difference) => difference !== 0);
  return differs ?? (one.formularyItemId < other.formularyItemId ? -1 : 1);
}
