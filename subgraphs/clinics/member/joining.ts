/** What stands in the way of accepting, besides the state of the invitation itself. */

import { IllegalTransition, Refusal } from '#kernel/errors.ts';
import { toId } from '#kernel/ids.ts';
import type { Invitation } from '#prisma/generated/clinics/client.ts';
import { graph, type Tx } from '../builder.ts';

/** Business and practice are two sides, and nobody runs the one and minds the other's patients. */
export class SeparateSides extends Refusal {
  readonly code = 'SEPARATE_SIDES';
  constructor() {
    super('Whoever manages an MSO is neither at the desk nor compliance officer of a practice it manages: end the one role first.');
  }
}

graph.refusal(
  SeparateSides,
  'The person would hold a management role at an MSO and a role that opens, or answers for, the records of a practice it manages.',
);

/** Roles at a practice that open its records or speak for it without being its clinicians. */
const practiceRoles: readonly string[] = ['FRONT_DESK', 'COMPLIANCE_OFFICER'];

type Offered = Pick<Invitation, 'role' | 'at' | 'placeId' | 'invitedAt' | 'invitedBy' | 'invitedAs' | 'invitedUnder'>;

/**
 * Refuses who may not take what was offered: the right it was given by has gone, they have been ended in that very role since, or they
 * would stand on both sides. Two acceptances of one person stand in line here, since neither would see the other's.
 */
export async function requireMayJoin(tx: Tx, offered: Offered, sub: string, now: Date): Promise<void> {
  await tx.$queryRawUnsafe(`select pg_advisory_xact_lock(hashtextextended($1, 0))::text`, `roles of ${sub}`);
  const { invitedBy, invitedAs, invitedUnder, placeId } = offered;
  const [stands] = await tx.$queryRawUnsafe<{ stands: boolean }[]>(
    'select still_appoints($1, $2, $3, $4::uuid) as stands',
    ...[invitedBy, invitedAs, invitedUnder, placeId],
  );
  if (stands?.stands !== true) throw new IllegalTransition('EXPIRED', 'ACCEPTED');
  const own = await tx.membership.findMany({ where: { sub } });
  const endedSince = own.some(
    ({ role, at, endRecordedAt }) =>
      role === offered.role && at === offered.at && endRecordedAt !== null && endRecordedAt >= offered.invitedAt,
  );
  if (endedSince) throw new IllegalTransition('EXPIRED', 'ACCEPTED');
  const held = own.filter(({ endsAt }) => endsAt === null || endsAt > now);
  for (const one of held) if (await onBothSides(tx, offered, one)) throw new SeparateSides();
}

type Held = Pick<Invitation, 'role' | 'at' | 'placeId'>;

/** Whether of two roles one manages the practice that the other is at. */
async function onBothSides(tx: Tx, one: Held, other: Held): Promise<boolean> {
  const [manager] = [one, other].filter(({ role }) => role === 'MSO_MANAGER');
  const [practice] = [one, other].filter(({ role }) => practiceRoles.includes(role));
  if (manager === undefined || practice === undefined) return false;
  const managed = await tx.tenancyClinic.findMany({ where: { OR: [{ clinicId: practice.placeId }, { entityId: practice.placeId }] } });
  return managed.some(({ msoId }) => msoId !== null && toId('mso', msoId) === manager.at);
}
