import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { NotFound } from '#kernel/errors.ts';
import { requireMove } from '#kernel/states.ts';
import type { Engagement as EngagementRow } from '#prisma/generated/physicians/client.ts';
import { builder, type Context, type Tx } from '../builder.ts';
import { Engagement, shownEngagementStatus } from './engagement.ts';
import { engagementMoves } from './engagement-moves.ts';
import { recordEvent } from './engagement-record.ts';
import { followersOf } from './followers.ts';
import { engagementSeen, lockEngagement, type Side, sideOf } from './parties.ts';
import { isHeldBy } from './suspension.ts';

/** Why, in words that somebody else understands a year later. Nothing of a patient. */
export const reasonShape = z.object({
  reason: z.string().trim().min(10, 'A reason has at least 10 characters.').max(1_000, 'A reason has at most 1,000 characters.'),
});

const SuspendEngagementInput = builder.inputType('SuspendEngagementInput', {
  description: 'What is put out of force, and why.',
  fields: (t) => ({
    engagementId: t.id({ required: true, description: 'The engagement.' }),
    reason: t.string({ required: true, description: 'Why: 10 to 1,000 characters, for both sides to read. Nothing of a patient.' }),
  }),
  validate: reasonShape.loose(),
});

builder.mutationField('suspendEngagement', (t) =>
  t.field({
    description:
      'Either side puts an engagement out of force at once: what stands on it is closed from that moment on, and terms that were accepted to follow it are suspended with it. Whoever suspended it resumes it, each side for itself.',
    type: Engagement,
    authScopes: { may: ['engagement:arrange', 'engagement:answer'] },
    args: { input: t.arg({ type: SuspendEngagementInput, required: true, description: 'What, and why.' }) },
    errors: {},
    resolve: async (_root, args, ctx, info) => {
      const seen = await engagementSeen(ctx, args.input.engagementId);
      return ctx.write({ info, args, answer: 'engagement' }, async (tx) => {
        if (seen === null) throw new NotFound();
        ctx.requireStepUp();
        const engagement = await lockEngagement(tx, ctx, seen);
        const side = engagement && sideOf(ctx, engagement);
        if (engagement === null || side === null) throw new NotFound();
        const shown = shownEngagementStatus(engagement, ctx.now());
        const happened = await tx.engagementEvent.findMany({ where: { engagementId: engagement.id }, orderBy: { number: 'desc' } });
        // What the other side has suspended can be suspended for oneself as well: then both have to resume it.
        if (shown !== 'SUSPENDED' || isHeldBy(side, happened)) requireMove(engagementMoves, shown, 'SUSPENDED');
        const by = { side, reason: args.input.reason.trim(), at: ctx.now() };
        const suspended = await suspend(tx, ctx, engagement, by);
        // Terms that were accepted to follow would put in force again, on their first day, what is suspended.
        for (const follower of await followersOf(tx, engagement.id)) {
          if (!(await isHeld(tx, follower, side))) await suspend(tx, ctx, follower, by);
        }
        return suspended;
      });
    },
  }),
);

/** Whether a side holds a suspended engagement suspended. */
async function isHeld(tx: Tx, { id, status }: EngagementRow, side: Side): Promise<boolean> {
  if (status !== 'SUSPENDED') return false;
  return isHeldBy(side, await tx.engagementEvent.findMany({ where: { engagementId: id }, orderBy: { number: 'desc' } }));
}

async function suspend(
  tx: Tx,
  ctx: Context,
  { id, clinicId, status }: EngagementRow,
  by: { readonly side: Side; readonly reason: string; readonly at: Date },
): Promise<EngagementRow> {
  const suspended = await tx.engagement.update({ where: { id }, data: { status: 'SUSPENDED' } });
  await recordEvent(tx, ctx, id, { kind: 'SUSPENDED', ...by });
  await audit(tx, ctx, {
    ...{ action: 'engagement.suspended', tenantId: clinicId, subjectKind: 'engagement', subjectId: id },
    detail: { was: status, side: by.side },
  });
  return suspended;
}
