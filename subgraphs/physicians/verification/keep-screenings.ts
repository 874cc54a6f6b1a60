import type { Tx } from '../builder.ts';
import type { Found } from './run-verification.ts';
import type { exclusionLists } from './source.ts';

type ExclusionList = (typeof exclusionLists)[number];

/** Of when a list is, and whether absence from it proves anything. */
interface Read {
  readonly asOf: Date;
  readonly whole: boolean;
}

/**
 * Keeps what an exclusion list says of these people, from now on. A match that somebody has cleared is not a match any more. Where the list
 * gave no answer the last one stays, and grows old; and a list that is not whole frees nobody: who is excluded on record stays so, cleared match or not.
 */
export async function keepScreenings(tx: Tx, source: ExclusionList, told: readonly Found[], { asOf, whole }: Read): Promise<Found[]> {
  const people = [...new Set(told.map(({ practitionerId }) => practitionerId))];
  const clearances = await tx.matchClearance.findMany({ where: { source, practitionerId: { in: people } } });
  const cleared = new Set(clearances.map(({ practitionerId, matchKey }) => `${practitionerId} ${matchKey}`));
  const found = told.map((finding): Found => {
    const isCleared = finding.result === 'POSSIBLE' && cleared.has(`${finding.practitionerId} ${finding.matchKey}`);
    if (!isCleared) return finding;
    return { ...finding, result: whole ? 'CONFIRMED' : 'NO_ANSWER', note: 'Somebody else of the same name, as was found before.' };
  });
  const screenings = people.flatMap((id) => {
    const own = found.filter(({ practitionerId }) => practitionerId === id);
    const excluded = own.find(({ result }) => result === 'EXCLUDED');
    if (excluded !== undefined) return [{ id, status: 'EXCLUDED', since: excluded.since ?? null }];
    if (own.some(({ result }) => result === 'POSSIBLE')) return [{ id, status: 'POSSIBLE', since: null }];
    return own.every(({ result }) => result === 'CONFIRMED') ? [{ id, status: 'NONE', since: null }] : [];
  });
  await tx.$executeRawUnsafe(
    `insert into exclusion_screening as kept (practitioner_id, source, status, since, as_of)
     select id, $1, status, since, $2::timestamptz from unnest($3::uuid[], $4::text[], $5::date[]) as told (id, status, since)
     on conflict (practitioner_id, source) do update set status = excluded.status, since = excluded.since, as_of = excluded.as_of
     where $6::boolean or kept.status <> 'EXCLUDED' or excluded.status = 'EXCLUDED'`,
    source,
    asOf.toISOString(),
    screenings.map(({ id }) => id),
    screenings.map(({ status }) => status),
    screenings.map(({ since }) => since),
    whole,
  );
  return found;
}
