import { fromId, toId } from '#kernel/ids.ts';
import type { Tx } from '../builder.ts';

/** A clinic's place among the others, by stored ids. */
interface Placed {
  readonly clinicId: string;
  readonly entityId: string;
  readonly msoId: string | null;
}

/** Those among these who speak for the clinic's side: its compliance officers, and the managers of whoever manages it. Stored ids. */
export async function speakersFor(
  db: Pick<Tx, 'tenancyMembership'>,
  { clinicId, entityId, msoId }: Placed,
  practitionerIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const places = [toId('clinic', clinicId), toId('entity', entityId), ...(msoId === null ? [] : [toId('mso', msoId)])];
  const memberships = await db.tenancyMembership.findMany({
    where: {
      sub: { in: practitionerIds.map((id) => toId('practitioner', id)) },
      ...{ at: { in: places }, role: { in: ['COMPLIANCE_OFFICER', 'MSO_MANAGER'] } },
    },
  });
  return new Set(memberships.map(({ sub }) => fromId('practitioner', sub)));
}

/** Whether somebody speaks for a clinic's side; null where nobody knows whose the clinic is. */
export async function speaksFor(
  db: Pick<Tx, 'tenancyClinic' | 'tenancyMembership'>,
  { clinicId, practitionerId }: { readonly clinicId: string; readonly practitionerId: string },
): Promise<boolean | null> {
  const clinic = await db.tenancyClinic.findUnique({ where: { clinicId } });
  return clinic === null ? null : (await speakersFor(db, clinic, [practitionerId])).has(practitionerId);
}
