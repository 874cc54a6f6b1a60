import { builder } from '../builder.ts';
import { closeProposal } from './close-proposal.ts';
import { Engagement } from './engagement.ts';
import { engagementSeen } from './parties.ts';
import { reasonShape } from './suspend-engagement.ts';

const DeclineProposalInput = builder.inputType('DeclineProposalInput', {
  description: 'A proposal that its physician does not take.',
  fields: (t) => ({
    engagementId: t.id({ required: true, description: 'The proposal.' }),
    reason: t.string({ required: true, description: 'Why: 10 to 1,000 characters, for both sides to read. Nothing of a patient.' }),
  }),
  validate: reasonShape.loose(),
});

builder.mutationField('declineProposal', (t) =>
  t.field({
    description: 'The physician declines a proposal, for good. The clinic may propose other terms.',
    type: Engagement,
    authScopes: { may: 'engagement:answer' },
    args: { input: t.arg({ type: DeclineProposalInput, required: true, description: 'Which, and why.' }) },
    errors: {},
    resolve: async (_root, args, ctx, info) => {
      const seen = await engagementSeen(ctx, args.input.engagementId);
      return ctx.write({ info, args, answer: 'engagement' }, (tx) =>
        closeProposal(tx, ctx, seen, { side: 'PRACTITIONER', reason: args.input.reason }),
      );
    },
  }),
);
