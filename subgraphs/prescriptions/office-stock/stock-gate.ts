import { question } from '#kernel/context.ts';
import { evaluate, officeStockPurchase } from '#rules/evaluate.ts';
import type { FacilityClass, PharmacyLicenceFact } from '#rules/facts.ts';
import type { RuleResult } from '#rules/results.ts';
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
    },
    on,
  );
  return [...routing, ...substances, ...purchase];
}
