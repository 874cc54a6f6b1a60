import { builder } from '../builder.ts';
import { ChangeRequest } from './change-request.ts';
import { closeRequest, readRequest, requireOpen } from './own-request.ts';

const WithdrawChangeRequestInput = builder.inputType('WithdrawChangeRequestInput', {
  description: 'A question that needs no answer any more.',
  fields: (t) => ({ changeRequestId: t.id({ required: true, description: 'The request.' }) }),
});

builder.mutationField('withdrawChangeRequest', (t) =>
  t.field({
    type: ChangeRequest,
    description: 'A pharmacy takes back a question of its own that is not answered yet.',
    authScopes: { may: 'order:query' },
    args: { input: t.arg({ type: WithdrawChangeRequestInput, required: true, description: 'The request.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'changeRequest' }, async (tx) => {
        const own = { pharmacyId: { in: [...ctx.actor.places('order:query')] } };
        const request = await readRequest(tx, ctx, args.input.changeRequestId, own);
        requireOpen(request, 'WITHDRAWN');
        return closeRequest(tx, ctx, request, 'WITHDRAWN');
      }),
  }),
);
