import { audit } from '#kernel/audit.ts';
import { IllegalTransition, NotFound } from '#kernel/errors.ts';
import { tryId } from '#kernel/ids.ts';
import { builder } from '../builder.ts';
import { heldRequest } from './held-request.ts';
import { recordPlacementEvent } from './placement-event.ts';
import { PlacementRequest } from './placement-request.ts';

const WithdrawPlacementInput = builder.inputType('WithdrawPlacementInput', {
  description: 'What is no longer asked for.',
  fields: (t) => ({ requestId: t.id({ required: true, description: 'The request.' }) }),
});

builder.mutationField('withdrawPlacement', (t) =>
  t.field({
    description: 'A clinic no longer looks. Offers that are out are withdrawn with it, which needs a second factor.',
    type: PlacementRequest,
    authScopes: { may: 'placement:request' },
    args: { input: t.arg({ type: WithdrawPlacementInput, required: true, description: 'What.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'placementRequest' }, async (tx) => {
        const id = tryId('placementRequest', args.input.requestId);
        const request = id === null ? null : await heldRequest(tx, id);
        if (request === null || !ctx.actor.places('placement:request').includes(request.clinicId)) throw new NotFound();
        const offers = await tx.placementOffer.count({ where: { requestId: request.id, status: 'OFFERED' } });
        if (request.status !== 'OPEN') throw new IllegalTransition(request.status, 'WITHDRAWN');
        if (offers > 0) ctx.requireStepUp();
        const withdrawn = await tx.placementRequest.update({
          where: { id: request.id },
          data: { status: 'WITHDRAWN', closedAt: ctx.now() },
        });
        await recordPlacementEvent(tx, ctx, request, { kind: 'WITHDRAWN' });
        await audit(tx, ctx, {
          ...{ action: 'placement.withdrawn', tenantId: request.clinicId, subjectKind: 'placementRequest', subjectId: request.id },
          detail: { offers },
        });
        return withdrawn;
      }),
  }),
);
