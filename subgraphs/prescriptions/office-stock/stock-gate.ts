import { question } from '#kernel/context.ts';
import { RuleBlocked, Unavailable } from '#kernel/errors.ts';
import { toId } from '#kernel/ids.ts';
import type { OfficeStockLine, OfficeStockOrder } from '#prisma/generated/prescriptions/client.ts';
import { evaluate, officeStockPurchase } from '#rules/evaluate.ts';
import type { FacilityClass, PharmacyLicenceFact } from '#rules/facts.ts';
import { isBlocked, type RuleResult } from '#rules/results.ts';
import type { Ctx } from '../builder.ts';
import { attestedFacts, type ClinicAnswer, clinicFields } from '../neighbour/clinic.ts';
import { facilityStandingFacts } from '../neighbour/facility.ts';
import { type PractitionerAnswer, practitionerFact, practitionerFields } from '../neighbour/practitioner.ts';
import { type FormularyItemAnswer, formularyItemFields } from '../order/neighbour-facts.ts';

/** What three neighbours tell of a purchase. */
export interface StockAnswer {
  readonly formularyItemsFacts: readonly FormularyItemAnswer[];
  readonly clinicFacts: readonly ClinicAnswer[];
  readonly practitionersFacts: readonly PractitionerAnswer[];
  readonly clinicPharmacies: readonly {
    readonly clinicId: string;
    readonly accountApproved: boolean;
    readonly pharmacy: { readonly id: string };
  }[];
}

/** Items, clinic, purchaser, and who fills for the clinic; no patient is in it. */
export const stockQuestion = question<
  StockAnswer,
  { items: readonly string[]; clinics: readonly string[]; practitioners: readonly string[] }
>(
  'service',
  `query OfficeStockFacts($items: [ID!]!, $clinics: [ID!]!, $practitioners: [ID!]!) {
    formularyItemsFacts(ids: $items) { ${formularyItemFields} }
    clinicFacts(ids: $clinics) { ${clinicFields} }
    practitionersFacts(ids: $practitioners) { ${practitionerFields} }
    clinicPharmacies(clinicIds: $clinics) { clinicId accountApproved pharmacy { id } }
  }`,
);

/** Every rule a purchase stands on: facility, its licence where the clinic is, each preparation, purchaser, account. */
export function stockGate(clinic: ClinicAnswer, told: StockAnswer, items: readonly FormularyItemAnswer[], at: Date): RuleResult[] {
  const on = at.toISOString();
  const [first] = items;
  const pharmacy = first?.pharmacy;
  const facilityClass = pharmacy?.facilityClass as FacilityClass | undefined;
  const attested = attestedFacts(clinic);
  const routing = evaluate(
    {
      gate: 'order-routing',
      ...{ ...attested, facilityClass, shipToState: clinic.address.state, homeState: pharmacy?.homeState, patientSpecific: false },
      licences: pharmacy?.licenses.map((licence) => ({ ...licence, kind: licence.kind as PharmacyLicenceFact['kind'] })),
      sterile: items.some(({ sterile }) => sterile),
      ...facilityStandingFacts(pharmacy, items),
    },
    on,
  );
  // Without a patient there is no difference for one: what is essentially a copy is not bought so.
  const substances = items.flatMap((item) =>
    evaluate(
      {
        gate: 'substances',
        ...{ ...attested, facilityClass, essentiallyACopy: item.requiresClinicalDifference, clinicalDifference: 'none' },
        ingredients: item.ingredients.map(({ name, unii }) => ({ name, unii })),
      },
      on,
    ),
  );
  const ingredients = items.flatMap((item) => item.ingredients);
  const account = told.clinicPharmacies.find(({ clinicId, pharmacy: { id } }) => clinicId === clinic.id && id === pharmacy?.id);
  const purchase = officeStockPurchase(
    {
      ...attested,
      clinicState: clinic.address.state,
      facilityState: pharmacy?.homeState,
      purchaser: practitionerFact(told.practitionersFacts[0], at),
      accountOpen: account?.accountApproved ?? false,
      ingredients: ingredients.map(({ name, unii }) => ({ name, unii })),
      schedules: ingredients.map(({ csSchedule }) => csSchedule),
      facilityStatus: pharmacy?.status,
      offered: items.map(({ name, active }) => ({ name, active })),
    },
    on,
  );
  return [...routing, ...substances, ...purchase];
}

/** An order with its lines. */
export type StockWithLines = OfficeStockOrder & { readonly lines: readonly OfficeStockLine[] };

/** Asks what a placed order stands on again, of today: never inside a transaction. Null is not known. */
export function askAgain(ctx: Ctx, order: StockWithLines): Promise<StockAnswer | null> {
  return askStock(ctx, [order]);
}

/** The same of several orders in one question. */
export function askStock(ctx: Pick<Ctx, 'graph'>, orders: readonly StockWithLines[]): Promise<StockAnswer | null> {
  const each = (ids: readonly string[]) => [...new Set(ids)];
  return ctx.graph.ask(stockQuestion, {
    items: each(orders.flatMap(({ lines }) => lines.map(({ formularyItemId }) => toId('formularyItem', formularyItemId)))),
    clinics: each(orders.map(({ clinicId }) => toId('clinic', clinicId))),
    practitioners: each(orders.map(({ purchaserId }) => toId('practitioner', purchaserId))),
  });
}

/** Every rule of a purchase asked again, as of now, with the clinic and the facility it was asked of; null where one of them was not told of. */
export function stockRules(order: StockWithLines, told: StockAnswer, at: Date) {
  const clinic = told.clinicFacts.find(({ id }) => id === toId('clinic', order.clinicId));
  const items = order.lines.flatMap(
    ({ formularyItemId }) => told.formularyItemsFacts.find(({ id }) => id === toId('formularyItem', formularyItemId)) ?? [],
  );
  const [first] = items;
  if (clinic === undefined || first === undefined || items.length !== order.lines.length) return null;
  const practitionersFacts = told.practitionersFacts.filter(({ id }) => id === toId('practitioner', order.purchaserId));
  return { clinic, facility: first.pharmacy, rules: stockGate(clinic, { ...told, practitionersFacts }, items, at) };
}

/** Every rule of a purchase asked again, as of now; throws when one of them stands against it. Answers the clinic, whose day it is. */
export function requireStands(order: StockWithLines, told: StockAnswer | null, at: Date): { clinic: ClinicAnswer; rules: RuleResult[] } {
  const asked = told === null ? null : stockRules(order, told, at);
  if (asked === null) throw new Unavailable();
  const { clinic, rules } = asked;
  if (isBlocked(rules)) throw new RuleBlocked(rules);
  return { clinic, rules };
}
