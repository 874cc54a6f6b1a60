/** What stands on a collaborating physician's engagement: the agreements drafted for the clinic, and the people who work under them. */

import { audit } from '#kernel/audit.ts';
import type { CollaborativeAgreement, Engagement as EngagementRow } from '#prisma/generated/physicians/client.ts';
import { addDays } from '#rules/dates.ts';
import type { Context, Tx } from '../builder.ts';
import { storedDay } from '../lapse.ts';
import { living } from './engagement-moves.ts';

/**
 * The agreements of the clinic, drafts among them, that would go on without their physician there, locked; none while the physician stays there in another
 * role. Agreements of a time before their clinic was recorded belong to no clinic, and none of them stops.
 */
export async function stoppingAgreements(tx: Tx, ending: EngagementRow, lastDay: string): Promise<CollaborativeAgreement[]> {
  if (ending.role !== 'COLLABORATING_PHYSICIAN') return [];
  const next = storedDay(addDays(lastDay, 1));
  const { clinicId, practitionerId } = ending;
  const until = { OR: [{ endsOn: null }, { endsOn: { gte: next } }] };
  const stays = await tx.engagement.findFirst({
    where: { clinicId, practitionerId, id: { not: ending.id }, status: { in: living }, startsOn: { lte: next }, ...until },
  });
  if (stays !== null) return [];
  await tx.$queryRawUnsafe(
    'select 1 from collaborative_agreement where supervisor_id = $1::uuid and clinic_id = $2::uuid order by id for update',
    practitionerId,
    clinicId,
  );
  return tx.collaborativeAgreement.findMany({
    where: { supervisorId: practitionerId, clinicId, status: { in: ['DRAFT', 'ACTIVE', 'SUSPENDED'] }, ...until },
    orderBy: { id: 'asc' },
  });
}

/** Ends them with the engagement; one that has not begun by then, or that both have not signed, never begins. */
export async function stopAgreements(tx: Tx, ctx: Context, agreements: readonly CollaborativeAgreement[], lastDay: string): Promise<void> {
  const endsOn = storedDay(lastDay);
  for (const { id, status, startsOn, superviseeId, clinicId } of agreements) {
    const neverBegins = status === 'DRAFT' || startsOn > endsOn;
    const reason = `The physician leaves the clinic before ${status === 'DRAFT' ? 'both have signed it' : 'it begins'}.`;
    await tx.collaborativeAgreement.update({
      where: { id },
      data: neverBegins
        ? { status: 'TERMINATED', terminatedAt: ctx.now(), terminatedBy: ctx.actor.sub, terminationReason: reason }
        : { endsOn },
    });
    await audit(tx, ctx, {
      ...{ action: neverBegins ? 'agreement.terminated' : 'agreement.shortened', tenantId: clinicId },
      ...{ subjectKind: 'collaborativeAgreement', subjectId: id },
      detail: { was: status, superviseeId, lastDay },
    });
  }
}
