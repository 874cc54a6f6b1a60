import { z } from 'zod';
import { NotFound } from '#kernel/errors.ts';
import { builder } from '../builder.ts';
import { beginEngagement, clinicsOfAcceptance, oneAcceptanceAtATime } from './begin-engagement.ts';
import { Engagement } from './engagement.ts';
import { OverlappingEngagement } from './engagement-refusals.ts';
import { engagementSeen, lockEngagement, selfOf } from './parties.ts';

const AcceptEngagementInput = builder.inputType('AcceptEngagementInput', {
  description: 'What a physician accepts.',
  fields: (t) => ({
    engagementId: t.id({ required: true, description: 'The proposal.' }),
    documentDigests: t.stringList({
      required: true,
      description: 'SHA-256 of every paper that the physician has read, in hex: those of the proposal, no more and no less.',
    }),
    primaryPractice: t.boolean({
      description: 'That the clinic is the physician’s own primary practice in its state, which some states ask less of. One a state.',
    }),
  }),
  validate: z.object({ documentDigests: z.array(z.string()).max(50, 'An engagement has fewer papers.') }).loose(),
});

builder.mutationField('acceptEngagement', (t) =>
  t.field({
    description:
      'The physician accepts a proposal: licensed in each of its states, insured, and free for it. It is in force from its first day, or from today when that is over.',
    type: Engagement,
    authScopes: { may: 'engagement:answer' },
    args: { input: t.arg({ type: AcceptEngagementInput, required: true, description: 'What is accepted.' }) },
    errors: { types: [OverlappingEngagement] },
    resolve: async (_root, args, ctx, info) => {
      const seen = await engagementSeen(ctx, args.input.engagementId);
      const own = seen !== null && seen.practitionerId === selfOf(ctx) ? seen : null;
      const told = own === null ? new Map() : await clinicsOfAcceptance(ctx, own);
      return ctx.write({ info, args, answer: 'engagement' }, async (tx) => {
        if (own === null) throw new NotFound();
        ctx.requireStepUp();
        await oneAcceptanceAtATime(tx, own.practitionerId);
        const engagement = await lockEngagement(tx, ctx, own);
        if (engagement === null) throw new NotFound();
        const { documentDigests, primaryPractice } = args.input;
        return beginEngagement(tx, ctx, engagement, { documentDigests, told, primaryPractice: primaryPractice === true });
      });
    },
  }),
);
