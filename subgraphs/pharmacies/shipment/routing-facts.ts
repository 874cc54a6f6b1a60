import { toId } from '#kernel/ids.ts';
import type { PharmacyLicensingFacts } from '#rules/facility-standing.ts';
import type { OrderRoutingFacts, PharmacyLicenceFact } from '#rules/facts.ts';
import { dayOf } from '../calendar-day.ts';
import type { OpenFulfillment } from '../claim/held-order.ts';
import { facilityFact } from '../facility/facility-facts.ts';
import type { ClinicAnswer } from '../verification/neighbour-facts.ts';

/** What the routing gate asks of this pharmacy for this order: its own licences, and what the clinic's entity attested. */
export function routingFacts(row: OpenFulfillment, clinic: ClinicAnswer | null): OrderRoutingFacts {
  const { pharmacy, item } = row;
  return {
    ...licensingFacts(row),
    sterile: item.formula.sterile,
    patientSpecific: true,
    shipsTo: item.shipsTo,
    facility: facilityFact(pharmacy, item.formula.ingredients),
    attestations: clinic?.attestations ?? null,
    entityName: clinic?.entityName,
  };
}

/** Where the order goes, and what the pharmacy is licensed as. */
export function licensingFacts({ pharmacy, shipToState }: OpenFulfillment): PharmacyLicensingFacts {
  return {
    shipToState,
    facilityClass: pharmacy.facilityClass as 'PHARMACY_503A',
    homeState: pharmacy.homeState,
    licences: pharmacy.licenses.map(
      (license): PharmacyLicenceFact => ({
        id: toId('pharmacyLicense', license.id),
        kind: license.kind as 'PHARMACY',
        state: license.state,
        number: license.number,
        status: pharmacy.status === 'ACTIVE' ? license.status : pharmacy.status,
        expiresOn: dayOf(license.expiresOn),
        verifiedAt: license.verifiedAt?.toISOString() ?? null,
      }),
    ),
  };
}
