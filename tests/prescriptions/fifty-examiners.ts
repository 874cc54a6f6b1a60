import { randomUUID } from 'node:crypto';
import { practitionerId, practitionerNpi } from '#prisma/seed/people.ts';
import { placeId } from '#prisma/seed/places.ts';
import type { TestGraph } from '../support/graph.ts';

/** What is recorded of a physician who may examine in Texas, in an order in which it can be copied. */
const recorded = [
  `exclusion_screening r where r.practitioner_id = $1`,
  `license r where r.practitioner_id = $1 and r.state = 'TX'`,
  `license_standing r where r.practitioner_id = $1 and r.license_id in (select id from physicians.license where state = 'TX')`,
];

/** Makes the panel of the Texas clinic this many physicians, alike in all that rules ask, each with hours of a working week. */
export async function examinersInTexas(graph: TestGraph, count: number): Promise<void> {
  const ids = Array.from({ length: count }, () => randomUUID());
  const like = practitionerId('prescriber');
  await graph.sql(
    `insert into physicians.practitioner
     select (jsonb_populate_record(p, jsonb_build_object('id', made.id, 'npi', made.npi))).*
     from physicians.practitioner p, unnest($2::uuid[], $3::text[]) as made (id, npi) where p.id = $1`,
    [like, ids, ids.map(practitionerNpi)],
  );
  for (const rows of recorded)
    await graph.sql(
      `insert into physicians.${rows.split(' ')[0]}
       select (jsonb_populate_record(r, jsonb_build_object('practitioner_id', made.id, 'license_id', made.id, 'number', left(made.id::text, 8),
         'id', case when '${rows.split(' ')[0]}' = 'license' then made.id else gen_random_uuid() end))).*
       from unnest($2::uuid[]) as made (id), physicians.${rows}`,
      [like, ids],
    );
  await graph.sql('delete from prescriptions.examiner_clinic where clinic_id = $1', [placeId('austin')]);
  await graph.sql(
    `insert into prescriptions.examiner_clinic (id, examiner_id, clinic_id, services)
     select gen_random_uuid(), made.id, $1, '{}' from unnest($2::uuid[]) as made (id)`,
    [placeId('austin'), ids],
  );
  await graph.sql(
    `insert into prescriptions.working_hours (id, examiner_id, time_zone, weekday, starts_at, ends_at, modality, valid_from)
     select gen_random_uuid(), made.id, (array['America/New_York', 'America/Chicago', 'America/Denver', 'America/Phoenix'])[1 + n % 4], day, '08:00', '18:00', 'SYNC_VIDEO', '2026-01-01'
     from unnest($1::uuid[]) with ordinality as made (id, n), generate_series(1, 5) as day`,
    [ids],
  );
}
