import { practitionerId } from '#prisma/seed/people.ts';
import { placeId } from '#prisma/seed/places.ts';
import type { TestGraph } from '../support/graph.ts';

/** What each of them offers. */
export const services = ['botulinum-toxin', 'dermal-filler', 'hormone-therapy', 'iv-therapy', 'microneedling', 'weight-loss'];

/** Adds 195 clinics to the five of the first MSO: six services each, one director for all, every protocol. */
export async function twoHundredClinics(graph: TestGraph): Promise<void> {
  await graph.sql(
    `with made as (
       insert into clinics.clinic (id, entity_id, name, time_zone, line1, city, state, postal_code)
       select gen_random_uuid(), $1, 'Clinic ' || n, 'America/Chicago', '1 Main', 'Austin', 'TX', '78704' from generate_series(1, 195) n returning id),
     offered as (
       insert into clinics.service_offering (id, clinic_id, code, name, requires_exam, modalities)
       select gen_random_uuid(), made.id, code, code, true, '{SYNC_VIDEO,IN_PERSON}' from made, unnest($2::text[]) code)
     insert into clinics.facility_license (id, clinic_id, kind, number, status, expires_on)
     select gen_random_uuid(), id, 'CLIA_WAIVER', 'N', 'ACTIVE', current_date + 100 from made`,
    [placeId('entity-a1'), services],
  );
  await graph.sql(
    `insert into physicians.engagement (id, clinic_id, practitioner_id, role, model, status, starts_on)
     select gen_random_uuid(), id, $1, 'MEDICAL_DIRECTOR', 'FRACTIONAL', 'ACTIVE', current_date - 10 from clinics.clinic where name like 'Clinic %'`,
    [practitionerId('director')],
  );
  await graph.sql(
    `insert into physicians.protocol_clinic (protocol_id, clinic_id)
     select protocol.id, clinic.id from physicians.protocol, clinics.clinic where clinic.name like 'Clinic %'`,
  );
  await Promise.all(Object.values(graph.running).map((subgraph) => subgraph.refreshTenancy()));
}
