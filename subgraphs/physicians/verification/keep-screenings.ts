import type { Tx } from '../builder.ts';
import type { Found } from './run-verification.ts';
import type { exclusionLists } from './source.ts';

type ExclusionList = (typeof exclusionLists)[number];

/**
 * Keeps what an exclusion list says of everybody, from now on. A match that somebody has cleared is not a match any more. Where the list
 * gave no answer the last one stays, and grows old.
 */
export async function keepScreenings(tx: Tx, source: ExclusionList, told: readonly Found[], asOf: Date): Promise<Found[]> {
  const clearances = await tx.matchClearance.findMany({ where: { source } });
  const cleared = new Set(clearances.map(({ practitionerId, matchKey }) => `${practitionerId} ${matchKey}`));
  const found = told.map((finding): Found => {
    const isCleared = finding.result === 'POSSIBLE' && cleared.has(`${finding.practitionerId} ${finding.matchKey}`);
    return isCleared ? { ...finding, result: 'CONFIRMED', note: 'Somebody else of the same name, as was found before.' } : finding;
  });
  const screenings = [...new Set(found.map(({ practitionerId }) => practitionerId))].flatMap((id) => {
    const own = found.filter(({ practitionerId }) => practitionerId === id);
    const excluded = own.find(({ result }) => result === 'EXCLUDED');
    if (excluded !== undefined) return [{ id, status: 'EXCLUDED', since: excluded.since ?? null }];
    if (own.some(({ result }) => result === 'POSSIBLE')) return [{ id, status: 'POSSIBLE', since: null }];
    return own.every(({ result }) => result === 'CONFIRMED') ? [{ id, status: 'NONE', since: null }] : [];
  });
  await tx.$executeRawUnsafe(
    `insert into exclusion_screening (practitioner_id, source, status, since, as_of)
     select id, $1, status, since, $2::timestamptz from unnest($3::uuid[], $4::text[], $5::date[]) as told (id, status, since)
     on conflict (practitioner_id, source) do update set status = excluded.status, since = excluded.since, as_of = excluded.as_of`,
    source,
    asOf.toISOString(),
    screenings.map(({ id }) => id),
    screenings.map(({ status }) => status),
    screenings.map(({ since }) => since),
  );
  return found;
}
