import { toId } from '#kernel/ids.ts';
import type { Permission } from '#kernel/permissions.ts';
import type { Context, Tx } from '../builder.ts';
import { living } from '../engagement/engagement-moves.ts';
import { todayOf } from '../lapse.ts';

/**
 * A place of the caller's, under this right, where a practitioner works or is engaged; null when there is none. Who works where comes
 * from the memberships: a practitioner signs in by their own id. Somebody of a whole entity works at each of its clinics.
 */
export function placeSharedWith(tx: Tx, ctx: Context, practitionerId: string, permission: Permission): Promise<string | null> {
  return placeAmong(tx, ctx, practitionerId, [...ctx.actor.places(permission)]);
}

/** The first of these places where a practitioner works or is engaged; null when there is none. */
export async function placeAmong(
  tx: Tx,
  ctx: Pick<Context, 'now'>,
  practitionerId: string,
  places: readonly string[],
): Promise<string | null> {
  const engagement = await tx.engagement.findFirst({
    where: {
      ...{ practitionerId, clinicId: { in: [...places] }, status: { in: living } },
      OR: [{ endsOn: null }, { endsOn: { gte: todayOf(ctx.now()) } }],
    },
    orderBy: { id: 'asc' },
  });
  if (engagement !== null) return engagement.clinicId;
  const clinics = await tx.tenancyClinic.findMany({ where: { clinicId: { in: [...places] } }, orderBy: { clinicId: 'asc' } });
  const placeOf = new Map([
    ...clinics.map(({ entityId, clinicId }): [string, string] => [toId('entity', entityId), clinicId]),
    ...places.flatMap((place): [string, string][] => [
      [toId('clinic', place), place],
      [toId('entity', place), place],
    ]),
  ]);
  const membership = await tx.tenancyMembership.findFirst({
    where: { sub: toId('practitioner', practitionerId), at: { in: [...placeOf.keys()] } },
    orderBy: { at: 'asc' },
  });
  return membership === null ? null : (placeOf.get(membership.at) ?? null);
}

/** The roles of those who treat. A front desk works at a clinic too, and performs nothing. */
const treating = ['EXAMINER', 'PRESCRIBER', 'MEDICAL_DIRECTOR'];

/** Whether a practitioner works at a clinic as one who treats, or is engaged by it, today. */
export async function worksAt(tx: Tx, ctx: Pick<Context, 'now'>, practitionerId: string, clinicId: string): Promise<boolean> {
  const today = todayOf(ctx.now());
  const engaged = await tx.engagement.count({
    where: {
      ...{ practitionerId, clinicId, status: { in: living }, startsOn: { lte: today } },
      OR: [{ endsOn: null }, { endsOn: { gte: today } }],
    },
  });
  if (engaged > 0) return true;
  const clinic = await tx.tenancyClinic.findFirst({ where: { clinicId } });
  const at = [toId('clinic', clinicId), ...(clinic === null ? [] : [toId('entity', clinic.entityId)])];
  const memberships = { sub: toId('practitioner', practitionerId), at: { in: at }, role: { in: treating } };
  return (await tx.tenancyMembership.count({ where: memberships })) > 0;
}
