import { audit } from '#kernel/audit.ts';
import { requireMove, type Moves } from '#kernel/states.ts';
import { toId } from '#kernel/ids.ts';
import type { ControlledAccessStep } from '#prisma/generated/prescriptions/client.ts';
import type { SigningAccess } from '#rules/controlled-facts.ts';
import type { Ctx, Tx } from '../builder.ts';
import { type AccessPlace, accessOf, lastStep, lockAccess } from './access.ts';

/** Every way access goes on. */
const moves: Moves<SigningAccess> = {
  none: ['PROPOSED'],
  PROPOSED: ['GRANTED', 'REVOKED'],
  GRANTED: ['REVOKED'],
  REVOKED: ['PROPOSED'],
};

/** Takes the next step about somebody's access, if it follows from the last. `allowed` says no by throwing, once the last is known and locked. */
export async function takeAccessStep(
  tx: Tx,
  ctx: Ctx,
  place: AccessPlace,
  { step, reason = null }: { readonly step: 'PROPOSED' | 'GRANTED' | 'REVOKED'; readonly reason?: string | null },
  allowed: (last: ControlledAccessStep | null) => void = () => undefined,
): Promise<ControlledAccessStep> {
  await lockAccess(tx, place);
  const last = await lastStep(tx, place);
  requireMove(moves, accessOf(last), step);
  allowed(last);
  const { clinicId, practitionerId } = place;
  const row = await tx.controlledAccessStep.create({
    data: {
      ...{ id: ctx.newId(), clinicId, practitionerId, position: (last?.position ?? 0) + 1, step, reason },
      ...{ takenBy: ctx.actor.sub, takenByName: ctx.actor.name, at: ctx.now() },
    },
  });
  await audit(tx, ctx, {
    ...{ action: `controlled-access.${step.toLowerCase()}`, tenantId: clinicId, subjectKind: 'controlledAccess', subjectId: row.id },
    detail: { practitionerId: toId('practitioner', practitionerId), position: row.position, ...(reason === null ? {} : { reason }) },
  });
  return row;
}
