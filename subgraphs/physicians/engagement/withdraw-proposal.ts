import { builder } from '../builder.ts';
import { closeProposal } from './close-proposal.ts';
import { Engagement } from './engagement.ts';
import { engagementSeen } from './parties.ts';
import { reasonShape } from './suspend-engagement.ts';

const WithdrawProposalInput = builder.inputType('WithdrawProposalInput', {
  description: 'A proposal that the clinic takes back.',
  fields: (t) => ({
    engagementId: t.id({ required: true, description: 'The proposal.' }),
    reason: t.string({ required: true, description: 'Why: 10 to 1,000 characters, for both sides to read. Nothing of a patient.' }),
  }),
  validate: reasonShape.loose(),
});

builder.mutationField('withdrawProposal', (t) =>
  t.field({
    description: 'The clinic takes a proposal back before its physician has answered, for good.',
    type: Engagement,
    authScopes: { may: 'engagement:arrange' },
    args: { input: t.arg({ type: WithdrawProposalInput, required: true, description: 'Which, and why.' }) },
    errors: {},
    resolve: async (_root, args, ctx, info) => {
      const seen = await engagementSeen(ctx, args.input.engagementId);
      return ctx.write({ info, args, answer: 'engagement' }, (tx) =>
        closeProposal(tx, ctx, seen, { side: 'CLINIC', reason: args.input.reason }),
      );
    },
  }),
);
