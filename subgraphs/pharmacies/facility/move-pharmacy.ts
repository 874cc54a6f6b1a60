import { audit } from '#kernel/audit.ts';
import { Conflict, Forbidden, NotFound } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { type Moves, requireMove } from '#kernel/states.ts';
import type { Pharmacy } from '#prisma/generated/pharmacies/client.ts';
import type { Ctx, Tx } from '../builder.ts';
import { FacilityNotReady, judged, missingOf } from './facility-ready.ts';
import { holdStanding } from './standing-lock.ts';

/** Where a facility that was let in can go. Whether it is let in at all says `decidePharmacy`. */
export const pharmacyMoves: Moves<'ACTIVE' | 'SUSPENDED' | 'CLOSED' | 'REGISTERED' | 'REFUSED'> = {
  REGISTERED: [],
  REFUSED: [],
  ACTIVE: ['SUSPENDED'],
  SUSPENDED: ['ACTIVE', 'CLOSED'],
  CLOSED: [],
};

const actions = { SUSPENDED: 'pharmacy.suspended', ACTIVE: 'pharmacy.reinstated', CLOSED: 'pharmacy.closed' } as const;

interface Moving {
  readonly pharmacyId: string;
  readonly reason: string;
  readonly note: string;
}

/**
 * Suspends, reinstates or closes a facility. Steps of its orders that are under way end before, and those that come see it. Who suspended it neither
 * reinstates nor closes it: it is stopped by one, and how it goes on is never one person's word.
 */
export async function movePharmacy(
  tx: Tx,
  ctx: Ctx,
  { pharmacyId, reason, note }: Moving,
  status: keyof typeof actions,
): Promise<Pharmacy> {
  const id = fromId('pharmacy', pharmacyId);
  ctx.requireStepUp();
  await holdStanding(tx, id);
  const facility = await tx.pharmacy.findUnique({ where: { id }, include: judged });
  if (facility === null) throw new NotFound();
  requireMove(pharmacyMoves, facility.status, status);
  if (facility.status === 'SUSPENDED' && facility.stoppedBy === ctx.actor.sub)
    throw new Forbidden({ because: 'Another operator than the one who suspended it has to do this.' });
  const missing = status === 'ACTIVE' ? missingOf(facility, ctx.now()) : [];
  if (missing.length > 0) throw new FacilityNotReady(missing);
  const { count } = await tx.pharmacy.updateMany({
    where: { id, status: facility.status },
    data: {
      ...{ status, statusReason: reason, statusNote: note.trim(), statusSince: ctx.now() },
      ...(status === 'SUSPENDED' ? { stoppedBy: ctx.actor.sub } : {}),
    },
  });
  if (count === 0) throw new Conflict();
  await audit(tx, ctx, {
    ...{ action: actions[status], tenantId: id, subjectKind: 'pharmacy', subjectId: id },
    detail: { was: facility.status, reason, suspendedBy: status === 'SUSPENDED' ? ctx.actor.sub : facility.stoppedBy },
  });
  return tx.pharmacy.findUniqueOrThrow({ where: { id } });
}
