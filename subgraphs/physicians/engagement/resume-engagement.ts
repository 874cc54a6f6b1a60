import { audit } from '#kernel/audit.ts';
import { Forbidden, IllegalTransition, NotFound } from '#kernel/errors.ts';
import { builder } from '../builder.ts';
import { clinicsTold } from './clinic-told.ts';
import { Engagement, shownEngagementStatus } from './engagement.ts';
import { certifications, engagementDecision, insuredUntil, keepDecision, requirePass, withLicenses } from './engagement-gate.ts';
import { recordEvent } from './engagement-record.ts';
import { engagementSeen, lockEngagement, sideOf } from './parties.ts';
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
      'The side that suspended an engagement resumes it. It is in force again once neither side holds it suspended. Fee, licences and insurance are asked of the rules like at its beginning.',
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
        const to = happened.some(({ kind }) => kind === 'NOTICE') ? 'ENDING' : 'ACTIVE';
        const shown = shownEngagementStatus(engagement, now);
        if (shown !== 'SUSPENDED') throw new IllegalTransition(shown, to);
        if (!isHeldBy(side, happened)) throw new Forbidden();
        const is = isHeldBy(otherSide[side], happened) ? 'SUSPENDED' : to;

        const practitioner = await tx.practitioner.findUniqueOrThrow({ where: { id: engagement.practitionerId }, include: withLicenses });
        const decision = engagementDecision(
          ctx,
          engagement,
          practitioner,
          told.get(engagement.clinicId),
          {
            insuredUntil: await insuredUntil(tx, engagement.practitionerId, now),
            directorships: 'counted-before',
            boardCertifications: await certifications(tx, engagement.practitionerId),
          },
          await speaksFor(tx, engagement),
        );
        requirePass(decision);
        const resumed = await tx.engagement.update({ where: { id: engagement.id }, data: { status: is } });
        await recordEvent(tx, ctx, engagement.id, { kind: 'RESUMED', side, reason: args.input.reason.trim() });
        await keepDecision(tx, ctx, engagement.id, 'RESUME', decision);
        await audit(tx, ctx, {
          ...{ action: 'engagement.resumed', tenantId: engagement.clinicId, subjectKind: 'engagement', subjectId: engagement.id },
          detail: { was: engagement.status, is, side },
        });
        return resumed;
      });
    },
  }),
);
