import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { NotFound } from '#kernel/errors.ts';
import { requireMove } from '#kernel/states.ts';
import { builder } from '../builder.ts';
import { Engagement, shownEngagementStatus } from './engagement.ts';
import { engagementMoves } from './engagement-moves.ts';
import { recordEvent } from './engagement-record.ts';
import { engagementSeen, lockEngagement, sideOf } from './parties.ts';
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
      'Either side puts an engagement out of force at once: what stands on it is closed from that moment on. Whoever suspended it resumes it, each side for itself.',
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
        const suspended = await tx.engagement.update({ where: { id: engagement.id }, data: { status: 'SUSPENDED' } });
        await recordEvent(tx, ctx, engagement.id, { kind: 'SUSPENDED', side, reason: args.input.reason.trim() });
        await audit(tx, ctx, {
          ...{ action: 'engagement.suspended', tenantId: engagement.clinicId, subjectKind: 'engagement', subjectId: engagement.id },
          detail: { was: engagement.status, side },
        });
        return suspended;
      });
    },
  }),
);
