import { NotFound } from '#kernel/errors.ts';
import { type IdKind, idPrefixes, toId, tryId } from '#kernel/ids.ts';
import { platformId } from '#prisma/platform-id.ts';
import { type Role, systemRoles } from '#kernel/permissions.ts';
import type { Grant } from '#kernel/token.ts';
import { builder, type Ctx, type Tx } from '../builder.ts';

/** What an officer of an entity gives at the entity and its clinics: all that is done there. */
const byOfficers: readonly Role[] = ['FRONT_DESK', 'EXAMINER', 'PRESCRIBER', 'MEDICAL_DIRECTOR', 'COMPLIANCE_OFFICER', 'AUDITOR'];

/** What a manager gives at the MSO and the clinics it manages. No clinical role, and nobody who watches over them. */
const byManagers: readonly Role[] = ['FRONT_DESK', 'MSO_MANAGER'];

/** What who answers for a pharmacy's compliance gives there. Programs are not invited but registered, by the same. */
const byPharmacies: readonly Role[] = ['PHARMACIST', 'PHARMACY_TECHNICIAN', 'PHARMACY_COMPLIANCE', 'AUDITOR'];

/** Whoever holds one of these signs as the practitioner they are. */
export const practitionerRoles: readonly string[] = ['EXAMINER', 'PRESCRIBER', 'MEDICAL_DIRECTOR'];

/** The roles one can be invited to. */
export const InvitedRole = builder.enumType('InvitedRole', {
  description: 'A role one can be invited to.',
  values: [...new Set([...byOfficers, 'MSO_MANAGER', ...byPharmacies, 'PLATFORM_OPERATOR'] as const)],
});

/** A place where a role can be held, by its public id. */
export interface Place {
  readonly kind: Extract<IdKind, 'clinic' | 'entity' | 'mso' | 'pharmacy' | 'platform'>;
  readonly id: string;
}

/** The place behind a public id; null for an id of anything else. */
export function placeIn(at: string): Place | null {
  const kind = (['clinic', 'entity', 'mso', 'pharmacy', 'platform'] as const).find((one) => at.startsWith(`${idPrefixes[one]}_`));
  const id = kind === undefined ? null : tryId(kind, at);
  return kind === undefined || id === null ? null : { kind, id };
}

/** The places whose people the caller may know of: all of theirs, or the one that was asked for. Another's answers like one that is not there. */
export function knownPlaces(ctx: Pick<Ctx, 'actor'>, at: string | null | undefined): string[] {
  const places = [...ctx.actor.places('member:read')];
  if (at === null || at === undefined) return places;
  const place = placeIn(at);
  if (place === null || !places.includes(place.id)) throw new NotFound();
  return [place.id];
}

/**
 * The caller's grant that lets them give or take a role at a place; null when none does. An officer's is one at the entity itself:
 * an officer of one clinic appoints nobody. A manager's is one at the MSO that manages the clinic now. An operator appoints operators,
 * and at a pharmacy that nobody answers for the first who does; the database says whether that is so.
 */
export async function appointingGrant(
  tx: Pick<Tx, 'tenancyClinic' | '$queryRawUnsafe'>,
  ctx: Pick<Ctx, 'actor'>,
  role: string,
  placeId: string,
): Promise<Grant | null> {
  const above = await tx.tenancyClinic.findUnique({ where: { clinicId: placeId } });
  const held = (by: Role, at: string) => ctx.actor.grants.find((grant) => grant.role === by && grant.at === at) ?? null;
  const officer = held('COMPLIANCE_OFFICER', toId('entity', above?.entityId ?? placeId));
  if (officer !== null && byOfficers.some((one) => one === role)) return officer;
  const responsible = held('PHARMACY_COMPLIANCE', toId('pharmacy', placeId));
  if (responsible !== null && [...byPharmacies, ...systemRoles].some((one) => one === role)) return responsible;
  const operator = held('PLATFORM_OPERATOR', toId('platform', platformId));
  if (operator !== null && role === 'PLATFORM_OPERATOR' && placeId === platformId) return operator;
  if (operator !== null && role === 'PHARMACY_COMPLIANCE' && !(await isAnsweredFor(tx, placeId))) return operator;
  return byManagers.some((one) => one === role) ? held('MSO_MANAGER', toId('mso', above?.msoId ?? placeId)) : null;
}

/** Whether somebody answers for a pharmacy's compliance now. */
async function isAnsweredFor(tx: Pick<Tx, '$queryRawUnsafe'>, pharmacyId: string): Promise<boolean> {
  const [row] = await tx.$queryRawUnsafe<{ answered: boolean }[]>('select answered_for($1::uuid) as answered', pharmacyId);
  return row?.answered !== false;
}
