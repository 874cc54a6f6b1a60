import { audit } from '#kernel/audit.ts';
import { Forbidden, IllegalTransition, NotFound } from '#kernel/errors.ts';
import type { Engagement as EngagementRow, EngagementEvent as EngagementEventRow } from '#prisma/generated/physicians/client.ts';
import type { Decision } from '#rules/decision.ts';
import { isBlocked } from '#rules/results.ts';
import { builder, type Context, type Tx } from '../builder.ts';
import { clinicsTold } from './clinic-told.ts';
import { Engagement, shownEngagementStatus } from './engagement.ts';
import { certifications, engagementDecision, insuredUntil, keepDecision, requirePass, withLicenses } from './engagement-gate.ts';
import { recordEvent } from './engagement-record.ts';
import { followersOf } from './followers.ts';
import { engagementSeen, lockEngagement, type Side, sideOf } from './parties.ts';
import { isHeldBy, otherSide } from './suspension.ts';
import { reasonShape } from './suspend-engagement.ts';
import { speaksFor } from './speakers-for.ts';

const ResumeEngagementInput = builder.inputType('ResumeEngagementInput', {
  description: 'What is put in force again, and why.',
  fields: (t) => ({
    engagementId: t.id({ required: true, description: 'The engagement.' }),
    reason: t.string({
      required: true,
      description: 'What has changed: 10 to 1,000 characters, for both sides to read. Nothing of a patient.',
    }),
  }),
  validate: reasonShape.loose(),
});

builder.mutationField('resumeEngagement', (t) =>
  t.field({
    description:
      'The side that suspended an engagement resumes it. It is in force again once neither side holds it suspended, and so are terms that were suspended with it. Fee, licences and insurance are asked of the rules like at its beginning.',
    type: Engagement,
    authScopes: { may: ['engagement:arrange', 'engagement:answer'] },
    args: { input: t.arg({ type: ResumeEngagementInput, required: true, description: 'What, and why.' }) },
    errors: {},
    resolve: async (_root, args, ctx, info) => {
      const seen = await engagementSeen(ctx, args.input.engagementId);
      const told = seen === null ? new Map() : await clinicsTold(ctx, [seen.clinicId]);
      return ctx.write({ info, args, answer: 'engagement' }, async (tx) => {
        if (seen === null) throw new NotFound();
        ctx.requireStepUp();
        const engagement = await lockEngagement(tx, ctx, seen);
        const side = engagement && sideOf(ctx, engagement);
        if (engagement === null || side === null) throw new NotFound();
        const now = ctx.now();
        const happened = await tx.engagementEvent.findMany({
          where: { engagementId: engagement.id },
          orderBy: { number: 'desc' },
        });
        const to = resumedTo(happened);
        const shown = shownEngagementStatus(engagement, now);
        if (shown !== 'SUSPENDED') throw new IllegalTransition(shown, to);
        if (!isHeldBy(side, happened)) throw new Forbidden();

        const practitioner = await tx.practitioner.findUniqueOrThrow({ where: { id: engagement.practitionerId }, include: withLicenses });
        const standing = {
          insuredUntil: await insuredUntil(tx, engagement.practitionerId, now),
          directorships: 'counted-before',
          boardCertifications: await certifications(tx, engagement.practitionerId),
        } as const;
        const speaks = await speaksFor(tx, engagement);
        const decide = (terms: EngagementRow) => engagementDecision(ctx, terms, practitioner, told.get(terms.clinicId), standing, speaks);
        const decision = decide(engagement);
        requirePass(decision);
        const by = { side, reason: args.input.reason.trim() };
        const resumed = await resume(tx, ctx, engagement, { ...by, happened, decision });
        // What was suspended with it comes back with it, where the rules let it; what they refuse is resumed by itself, and told why.
        const since = suspendedAt(side, happened);
        for (const follower of await followersOf(tx, engagement.id)) {
          const its = await tx.engagementEvent.findMany({ where: { engagementId: follower.id }, orderBy: { number: 'desc' } });
          const withIt = since !== null && suspendedAt(side, its) === since && follower.status === 'SUSPENDED' && isHeldBy(side, its);
          const followers = withIt ? decide(follower) : null;
          if (followers === null || isBlocked(followers.results)) continue;
          await resume(tx, ctx, follower, { ...by, happened: its, decision: followers });
        }
        return resumed;
      });
    },
  }),
);

type Happened = readonly Pick<EngagementEventRow, 'kind' | 'side' | 'at'>[];

/** What it is in force as: notice, and terms accepted to follow, leave it a last day. */
function resumedTo(happened: Happened): 'ACTIVE' | 'ENDING' {
  return happened.some(({ kind }) => kind === 'NOTICE' || kind === 'AMENDED') ? 'ENDING' : 'ACTIVE';
}

/** When a side suspended it last, from what happened, newest first; null when it never did. */
function suspendedAt(side: Side, happened: Happened): number | null {
  return happened.find((one) => one.kind === 'SUSPENDED' && one.side === side)?.at.getTime() ?? null;
}

async function resume(
  tx: Tx,
  ctx: Context,
  { id, clinicId, status }: EngagementRow,
  by: { readonly side: Side; readonly reason: string; readonly happened: Happened; readonly decision: Decision },
): Promise<EngagementRow> {
  const { side, reason, happened, decision } = by;
  const is = isHeldBy(otherSide[side], happened) ? 'SUSPENDED' : resumedTo(happened);
  const resumed = await tx.engagement.update({ where: { id }, data: { status: is } });
  await recordEvent(tx, ctx, id, { kind: 'RESUMED', side, reason });
  await keepDecision(tx, ctx, id, 'RESUME', decision);
  await audit(tx, ctx, {
    ...{ action: 'engagement.resumed', tenantId: clinicId, subjectKind: 'engagement', subjectId: id },
    detail: { was: status, is, side },
  });
  return resumed;
}
