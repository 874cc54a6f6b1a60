import { audit } from '#kernel/audit.ts';
import { NotFound } from '#kernel/errors.ts';
import { builder } from '../builder.ts';
import { reasonShape } from '../engagement/suspend-engagement.ts';
import { heldOffer, ownOfferSeen } from './own-offer.ts';
import { recordPlacementEvent } from './placement-event.ts';
import { PlacementOffer } from './placement-offer.ts';

const DeclineOfferInput = builder.inputType('DeclineOfferInput', {
  description: 'What is declined, and why.',
  fields: (t) => ({
    offerId: t.id({ required: true, description: 'The offer.' }),
    reason: t.string({ required: true, description: 'Why: 10 to 1,000 characters, for the clinic to read. Nothing of a patient.' }),
  }),
  validate: reasonShape.loose(),
});

builder.mutationField('declineOffer', (t) =>
  t.field({
    description: 'A physician declines a placement that was offered to them.',
    type: PlacementOffer,
    authScopes: { may: 'engagement:answer' },
    args: { input: t.arg({ type: DeclineOfferInput, required: true, description: 'What, and why.' }) },
    errors: {},
    resolve: async (_root, args, ctx, info) => {
      const own = await ownOfferSeen(ctx, args.input.offerId);
      return ctx.write({ info, args, answer: 'placementOffer' }, async (tx) => {
        if (own === null) throw new NotFound();
        const { offer, request } = await heldOffer(tx, own, 'DECLINED');
        const declined = await tx.placementOffer.update({
          where: { id: offer.id },
          data: { status: 'DECLINED', answeredAt: ctx.now(), declineReason: args.input.reason.trim() },
        });
        await recordPlacementEvent(tx, ctx, request, { kind: 'DECLINED', offerId: offer.id });
        await audit(tx, ctx, {
          ...{ action: 'placement.declined', tenantId: offer.clinicId, subjectKind: 'placementOffer', subjectId: offer.id },
          detail: { requestId: request.id },
        });
        return declined;
      });
    },
  }),
);
