import { toId, tryId } from '#kernel/ids.ts';
import type { Tx } from '../builder.ts';
import { dayIn } from '../lapse.ts';

/**
 * The stored ids of clinics and entities where somebody is a member, or engaged within the last three months, whoever asks: what is found out
 * about them goes into the trail of each, and of the place by whose right it was done. One null when there are none, since what happened to
 * them is still told.
 */
export async function clinicsOf(tx: Tx, practitionerId: string, now: Date, by?: string): Promise<readonly (string | null)[]> {
  const engaged = await tx.$queryRawUnsafe<{ id: string }[]>(
    'select engaged_clinics($1::uuid, $2::date)::text as id',
    practitionerId,
    dayIn(now),
  );
  const memberships = await tx.tenancyMembership.findMany({ where: { sub: toId('practitioner', practitionerId) } });
  const places = [
    ...(by === undefined ? [] : [by]),
    ...engaged.map(({ id }) => id),
    ...memberships.flatMap(({ at }) => tryId('clinic', at) ?? tryId('entity', at) ?? []),
  ];
  return places.length === 0 ? [null] : [...new Set(places)].toSorted();
}
