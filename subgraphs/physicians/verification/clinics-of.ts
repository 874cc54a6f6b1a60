import { toId, tryId } from '#kernel/ids.ts';
import type { Tx } from '../builder.ts';

/** The stored ids of clinics and entities where somebody is engaged or a member; one null when there are none, since what happened to them is still told. */
export async function clinicsOf(tx: Tx, practitionerId: string): Promise<readonly (string | null)[]> {
  const engagements = await tx.engagement.findMany({ where: { practitionerId, status: { in: ['ACTIVE', 'SUSPENDED', 'ENDING'] } } });
  const memberships = await tx.tenancyMembership.findMany({ where: { sub: toId('practitioner', practitionerId) } });
  const places = [
    ...engagements.map(({ clinicId }) => clinicId),
    ...memberships.flatMap(({ at }) => tryId('clinic', at) ?? tryId('entity', at) ?? []),
  ];
  return places.length === 0 ? [null] : [...new Set(places)].toSorted();
}
