import { createHash } from 'node:crypto';
import type { ClientBase } from 'pg';
import { deaOf, digits, uuidOf } from './invent.ts';
import { placeId } from './places.ts';
import { atDays, inDays, insertRows, type SeedTime } from './rows.ts';

/** As much of an invented pharmacy as its papers hang on. */
export interface InventedFacility {
  readonly key: string;
  readonly name: string;
  readonly facilityClass: string;
  readonly licences: readonly (readonly [state: string, kind: string, days: number])[];
}

/** Kind, issuer, days since it holds, days until it ends. */
type Paper = readonly [kind: string, issuer: string, since: number, until: number];

const byPharmacists: readonly Paper[] = [
  ['USP_795', 'Pharmacist in charge', -200, 365],
  ['USP_797', 'Pharmacist in charge', -200, 365],
];

const everywhere: readonly Paper[] = [
  ['USP_800', 'Designated person', -200, 365],
  ['ENVIRONMENTAL_MONITORING', 'Certified laboratory', -90, 185],
  ['DEA_REGISTRATION', 'Drug Enforcement Administration', -300, 700],
  ['INSURANCE', 'Live Oak Mutual', -120, 245],
];

const ofOutsourcing: readonly Paper[] = [
  ['CGMP', 'Quality unit', -120, 365],
  ['FDA_REGISTRATION', 'Food and Drug Administration', -350, 400],
];

function papersOf({ key, facilityClass }: InventedFacility): readonly Paper[] {
  const accredited: readonly Paper[] = key === 'pharmacy-a' ? [['ACCREDITATION', 'Accreditor of compounding pharmacies', -400, 330]] : [];
  return [...(facilityClass === 'OUTSOURCING_503B' ? ofOutsourcing : byPharmacists), ...everywhere, ...accredited];
}

function numberOf(key: string, kind: string): string | null {
  if (kind === 'DEA_REGISTRATION') return deaOf(key, 'F', 'P');
  if (kind === 'FDA_REGISTRATION') return `3${digits(`fei:${key}`, 9)}`;
  return null;
}

/** What lets the invented facilities work: every paper their formularies ask for, and the history of their licences. */
export async function seedFacilities(client: ClientBase, time: SeedTime, facilities: readonly InventedFacility[]): Promise<void> {
  await insertRows(
    client,
    'pharmacies.facility_evidence',
    facilities.flatMap((facility) =>
      papersOf(facility).map(([kind, issuer, since, until]) => ({
        id: uuidOf(`evidence:${facility.key}:${kind}`),
        pharmacy_id: placeId(facility.key),
        ...{ kind, issuer, number: numberOf(facility.key, kind) },
        ...{ valid_from: inDays(time, since), expires_on: inDays(time, until) },
        digest: createHash('sha256').update(`evidence:${facility.key}:${kind}`).digest('hex'),
        reference: null,
        ...{ recorded_by: 'seed', recorded_at: atDays(time, since) },
        ...{ withdrawn_by: null, withdrawn_at: null, withdraw_reason: null },
      })),
    ),
  );
  await insertRows(
    client,
    'pharmacies.pharmacy_license_standing',
    facilities.flatMap(({ key, licences }) =>
      licences.map(([state, kind, days]) => ({
        id: uuidOf(`pharmacy-standing:${key}:${state}:${kind}`),
        license_id: uuidOf(`pharmacy-license:${key}:${state}:${kind}`),
        pharmacy_id: placeId(key),
        status: 'ACTIVE',
        ...{ effective_from: inDays(time, days - 1_000), effective_to: null, expires_on: inDays(time, days) },
        ...{ recorded_at: atDays(time, -0.05), source: 'STATE_BOARD', reference: null, note: null, recorded_by: 'seed' },
      })),
    ),
  );
}
