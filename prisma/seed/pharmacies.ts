import type { ClientBase } from 'pg';
import { approvedBeside, excipientsIn, packOf } from './formula-parts.ts';
import { seedFacilities } from './facilities.ts';
import { formulary, ratioIn, scheduleOf, substanceNamed } from './formulary.ts';
import { seedIngredientSources } from './ingredient-sources.ts';
import { digits, ncpdpOf, npiOf, pick, uuidOf } from './invent.ts';
import { clinics, placeId } from './places.ts';
import { practitionerId } from './people.ts';
import { directorOf } from './protocols.ts';
import { atDays, inDays, insertRows, type SeedTime } from './rows.ts';

type LicenceKind = 'PHARMACY' | 'NON_RESIDENT' | 'STERILE' | 'OUTSOURCING';

/** Two 503A pharmacies and one 503B outsourcing facility, with the states they are licensed in. */
const pharmacies = [
  {
    key: 'pharmacy-a',
    name: 'Pecan Grove Compounding',
    facilityClass: 'PHARMACY_503A',
    homeState: 'TX',
    city: 'Waco',
    line1: '17 Pecan Grove',
    postalCode: '76701',
    phone: '+12545550117',
    timeZone: 'America/Chicago',
    ncpdpPrefix: '45',
    licences: [
      ['TX', 'PHARMACY', 500],
      ['TX', 'STERILE', 500],
      ['FL', 'NON_RESIDENT', 320],
      ['FL', 'STERILE', 320],
    ],
  },
  {
    key: 'pharmacy-b',
    name: 'Manzanita Apothecary',
    facilityClass: 'PHARMACY_503A',
    homeState: 'CA',
    city: 'Fresno',
    line1: '330 Manzanita Way',
    postalCode: '93721',
    phone: '+15595550133',
    timeZone: 'America/Los_Angeles',
    ncpdpPrefix: '05',
    licences: [
      ['CA', 'PHARMACY', 410],
      ['CA', 'STERILE', 410],
      ['TX', 'NON_RESIDENT', 38],
      ['TX', 'STERILE', 38],
    ],
  },
  {
    key: 'pharmacy-c',
    name: 'Northgulf Outsourcing',
    facilityClass: 'OUTSOURCING_503B',
    homeState: 'FL',
    city: 'Ocala',
    line1: '2 Northgulf Park',
    postalCode: '34471',
    phone: '+13525550152',
    timeZone: 'America/New_York',
    ncpdpPrefix: null,
    licences: [
      ['FL', 'OUTSOURCING', 600],
      ['TX', 'OUTSOURCING', 600],
      ['CA', 'OUTSOURCING', 600],
      ['AZ', 'OUTSOURCING', 600],
      ['FL', 'STERILE', 600],
      ['TX', 'STERILE', 600],
      ['CA', 'STERILE', 600],
    ],
  },
] as const satisfies readonly { licences: readonly (readonly [string, LicenceKind, number])[]; [key: string]: unknown }[];

/** The stored id of a formulary item, by key. */
export const itemId = (key: string): string => uuidOf(`item:${key}`);

// A quantity sufficient has no amount.
function ratioColumns(amounts: string | null) {
  const ratio = amounts === null ? null : ratioIn(amounts);
  return {
    numerator_value: ratio?.numerator.value ?? null,
    numerator_unit: ratio?.numerator.unit ?? null,
    denominator_value: ratio?.denominator.value ?? null,
    denominator_unit: ratio?.denominator.unit ?? null,
  };
}

/** The supply side: pharmacies, their licences, formulas, formularies and accounts with clinics. */
export async function seedPharmacies(client: ClientBase, time: SeedTime): Promise<void> {
  await insertRows(
    client,
    'pharmacies.pharmacy',
    pharmacies.map((pharmacy) => ({
      id: placeId(pharmacy.key),
      name: pharmacy.name,
      facility_class: pharmacy.facilityClass,
      npi: npiOf(pharmacy.key),
      ncpdp_id: pharmacy.ncpdpPrefix === null ? null : ncpdpOf(pharmacy.key, pharmacy.ncpdpPrefix),
      fei: pharmacy.facilityClass === 'OUTSOURCING_503B' ? `3${digits(`fei:${pharmacy.key}`, 9)}` : null,
      home_state: pharmacy.homeState,
      line1: pharmacy.line1,
      line2: null,
      city: pharmacy.city,
      postal_code: pharmacy.postalCode,
      phone: pharmacy.phone,
      time_zone: pharmacy.timeZone,
      status: 'ACTIVE',
    })),
  );
  await insertRows(
    client,
    'pharmacies.pharmacy_license',
    pharmacies.flatMap((pharmacy) =>
      pharmacy.licences.map(([state, kind, days]) => ({
        id: uuidOf(`pharmacy-license:${pharmacy.key}:${state}:${kind}`),
        pharmacy_id: placeId(pharmacy.key),
        state,
        number: `${state}${kind.charAt(0)}-${digits(`pharmacy-license:${pharmacy.key}:${state}:${kind}`, 5)}`,
        kind,
        status: 'ACTIVE',
        expires_on: inDays(time, days),
        verified_at: atDays(time, -0.05),
      })),
    ),
  );
  await seedFacilities(client, time, pharmacies);
  await seedIngredientSources(client, time);
  await insertRows(
    client,
    'pharmacies.formula',
    formulary.map((item) => ({
      id: uuidOf(`formula:${item.key}`),
      pharmacy_id: placeId(item.pharmacy),
      name: item.name,
      dosage_form: item.dosageForm,
      route: item.route,
      sterile: item.kind.startsWith('797-'),
      preparation_type: item.kind,
      requires_clinical_difference: item.copyOfApproved,
      excipients_recorded_at: atDays(time, -180),
      approved_recorded_at: approvedBeside(item) === null ? null : atDays(time, -180),
    })),
  );
  await insertRows(
    client,
    'pharmacies.formula_ingredient',
    formulary.flatMap((item) =>
      item.ingredients.map(([name, strength, amounts], position) => {
        const substance = substanceNamed(name);
        return {
          id: uuidOf(`ingredient:${item.key}:${position}`),
          formula_id: uuidOf(`formula:${item.key}`),
          position,
          name: substance.name,
          unii: substance.unii,
          strength,
          ...ratioColumns(amounts),
          cs_schedule: scheduleOf(substance),
        };
      }),
    ),
  );
  await insertRows(
    client,
    'pharmacies.formulary_item',
    formulary.map((item) => ({
      id: itemId(item.key),
      pharmacy_id: placeId(item.pharmacy),
      formula_id: uuidOf(`formula:${item.key}`),
      name: item.name,
      storage: item.storage,
      beyond_use_days: item.days,
      active: true,
      ...packOf(item),
      lead_time_days: item.kind.endsWith('TEST') ? 14 : 3,
      // Asked of the pharmacy's licences alone.
      ships_to: [],
      beyond_use_basis: item.pharmacy === 'pharmacy-c' ? 'CGMP_STABILITY' : 'USP_DEFAULT',
    })),
  );
  await insertRows(
    client,
    'pharmacies.formulary_price',
    formulary.map((item) => ({
      id: uuidOf(`price:${item.key}`),
      ...{ item_id: itemId(item.key), pharmacy_id: placeId(item.pharmacy) },
      ...{ amount_cents: 2_500 + 100 * pick(`price:${item.key}`, 200), currency: 'USD' },
      ...{ effective_from: inDays(time, -180), recorded_by: 'seed', recorded_at: atDays(time, -180) },
    })),
  );
  await insertRows(
    client,
    'pharmacies.formula_excipient',
    formulary.flatMap((item) =>
      excipientsIn(item).map(({ name, unii, role, amounts }, index) => ({
        id: uuidOf(`excipient:${item.key}:${index}`),
        formula_id: uuidOf(`formula:${item.key}`),
        position: index + 1,
        ...{ name, unii, role },
        ...ratioColumns(amounts),
      })),
    ),
  );
  await insertRows(
    client,
    'pharmacies.approved_product',
    formulary.flatMap((item) =>
      (approvedBeside(item) ?? []).map(({ name, ingredient, dosageForm, marketing, source, confidence, asOf }, index) => ({
        id: uuidOf(`approved:${item.key}:${index}`),
        formula_id: uuidOf(`formula:${item.key}`),
        position: index + 1,
        ...{ name, ingredient, strength: null, dosage_form: dosageForm, route: null, application_number: null },
        ...{ marketing, source, confidence, as_of: asOf },
      })),
    ),
  );
  await insertRows(
    client,
    'pharmacies.clinic_pharmacy_account',
    clinics.flatMap((clinic) =>
      pharmacies.map((pharmacy) => ({
        id: uuidOf(`account:${pharmacy.key}:${clinic.key}`),
        pharmacy_id: placeId(pharmacy.key),
        clinic_id: placeId(clinic.key),
        status: 'APPROVED',
        reason: null,
        responsible_physician_id: practitionerId(directorOf(clinic.key)),
        decided_at: atDays(time, -200),
      })),
    ),
  );
}
