/** How a proposal is closed without becoming an engagement: its physician declines it, or the clinic withdraws it. */

import { audit } from '#kernel/audit.ts';
import { NotFound } from '#kernel/errors.ts';
import { requireMove } from '#kernel/states.ts';
import type { Engagement as EngagementRow } from '#prisma/generated/physicians/client.ts';
import type { Context, Tx } from '../builder.ts';
import { shownEngagementStatus } from './engagement.ts';
import { engagementMoves } from './engagement-moves.ts';
import { recordEvent } from './engagement-record.ts';
import { lockEngagement, type Side, sideOf } from './parties.ts';

const closings = { PRACTITIONER: 'DECLINED', CLINIC: 'WITHDRAWN' } as const;
const actions = { PRACTITIONER: 'engagement.declined', CLINIC: 'engagement.withdrawn' } as const;

/** Closes a proposal for one side, for good. It makes things stricter, so it needs no second factor. */
export async function closeProposal(
  tx: Tx,
  ctx: Context,
  seen: Pick<EngagementRow, 'id'> | null,
  { side, reason }: { readonly side: Side; readonly reason: string },
): Promise<EngagementRow> {
  const engagement = seen && (await lockEngagement(tx, ctx, seen));
  if (engagement === null || sideOf(ctx, engagement) !== side) throw new NotFound();
  const closedAs = closings[side];
  requireMove(engagementMoves, shownEngagementStatus(engagement, ctx.now()), closedAs);
  const closed = await tx.engagement.update({ where: { id: engagement.id }, data: { closedAs } });
  await recordEvent(tx, ctx, engagement.id, { kind: closedAs, side, reason: reason.trim() });
  await audit(tx, ctx, {
    ...{ action: actions[side], tenantId: engagement.clinicId, subjectKind: 'engagement', subjectId: engagement.id },
    detail: { was: engagement.status, side },
  });
  return closed;
}
