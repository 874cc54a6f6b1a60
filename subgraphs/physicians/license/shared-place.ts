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

/** A person and a clinic, by their stored ids. */
export interface WorkPlace {
  readonly practitionerId: string;
  readonly clinicId: string;
}

/** Whether a practitioner works at a clinic as one who treats, or is engaged by it, today. */
export async function worksAt(tx: Tx, ctx: Pick<Context, 'now'>, practitionerId: string, clinicId: string): Promise<boolean> {
  const [works] = await workingAt(tx, ctx, [{ practitionerId, clinicId }]);
  return works === true;
}

/** The same of many at once, in the order asked: at most three statements however many. */
export async function workingAt(tx: Tx, ctx: Pick<Context, 'now'>, asked: readonly WorkPlace[]): Promise<boolean[]> {
  const today = todayOf(ctx.now());
  const people = [...new Set(asked.map(({ practitionerId }) => practitionerId))];
  const clinicIds = [...new Set(asked.map(({ clinicId }) => clinicId))];
  const engaged = await tx.engagement.findMany({
    where: {
      ...{ practitionerId: { in: people }, clinicId: { in: clinicIds }, status: { in: living }, startsOn: { lte: today } },
      OR: [{ endsOn: null }, { endsOn: { gte: today } }],
    },
    select: { practitionerId: true, clinicId: true },
  });
  const isEngaged = (one: WorkPlace) =>
    engaged.some((each) => each.practitionerId === one.practitionerId && each.clinicId === one.clinicId);
  if (asked.every(isEngaged)) return asked.map(() => true);
  const clinics = await tx.tenancyClinic.findMany({ where: { clinicId: { in: clinicIds } } });
  const entityOf = new Map(clinics.map(({ clinicId, entityId }) => [clinicId, toId('entity', entityId)]));
  const placesOf = (clinicId: string) => [toId('clinic', clinicId), entityOf.get(clinicId)].filter((at) => at !== undefined);
  const memberships = await tx.tenancyMembership.findMany({
    where: {
      sub: { in: people.map((id) => toId('practitioner', id)) },
      ...{ at: { in: clinicIds.flatMap(placesOf) }, role: { in: treating } },
    },
    select: { sub: true, at: true },
  });
  const held = new Set(memberships.map(({ sub, at }) => `${sub} ${at}`));
  return asked.map(
    (one) => isEngaged(one) || placesOf(one.clinicId).some((at) => held.has(`${toId('practitioner', one.practitionerId)} ${at}`)),
  );
}
