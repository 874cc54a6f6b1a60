import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { NotFound } from '#kernel/errors.ts';
import { builder } from '../builder.ts';
import { beginEngagement, clinicsOfAcceptance, oneAcceptanceAtATime } from '../engagement/begin-engagement.ts';
import { Engagement } from '../engagement/engagement.ts';
import { OverlappingEngagement } from '../engagement/engagement-refusals.ts';
import { writeProposal } from '../engagement/write-proposal.ts';
import { requireAcceptable } from './offers-hold.ts';
import { heldOffer, ownOfferSeen } from './own-offer.ts';
import { recordPlacementEvent } from './placement-event.ts';
import { PlacementTaken } from './placement-refusals.ts';

const AcceptOfferInput = builder.inputType('AcceptOfferInput', {
  description: 'What a physician accepts.',
  fields: (t) => ({
    offerId: t.id({ required: true, description: 'The offer.' }),
    documentDigests: t.stringList({
      required: true,
      description: 'SHA-256 of every paper that the physician has read, in hex: those of the offer, no more and no less.',
    }),
    primaryPractice: t.boolean({
      description: 'That the clinic is the physician’s own primary practice in its state, which some states ask less of. One a state.',
    }),
  }),
  validate: z.object({ documentDigests: z.array(z.string()).max(50, 'An offer has fewer papers.') }).loose(),
});

builder.mutationField('acceptOffer', (t) =>
  t.field({
    description:
      'A physician accepts a placement. In one step it is filled, every other offer of it is withdrawn, and an engagement begins as if it had been proposed and accepted. Of two who accept at once one has it.',
    type: Engagement,
    authScopes: { may: 'engagement:answer' },
    args: { input: t.arg({ type: AcceptOfferInput, required: true, description: 'What is accepted.' }) },
    errors: { types: [OverlappingEngagement, PlacementTaken] },
    resolve: async (_root, args, ctx, info) => {
      const own = await ownOfferSeen(ctx, args.input.offerId);
      const told = own === null ? new Map() : await clinicsOfAcceptance(ctx, own);
      return ctx.write({ info, args, answer: 'engagement' }, async (tx) => {
        if (own === null) throw new NotFound();
        ctx.requireStepUp();
        await oneAcceptanceAtATime(tx, own.practitionerId);
        const { offer, request } = await heldOffer(tx, own, 'ACCEPTED');
        requireAcceptable(request, ctx.now(), 'offerId');
        const [id, now] = [ctx.newId(), ctx.now()];
        // The offer is accepted before its engagement is there: the database lets nobody write an engagement that was not offered to them.
        await tx.placementOffer.update({ where: { id: offer.id }, data: { status: 'ACCEPTED', answeredAt: now, engagementId: id } });
        await tx.placementRequest.update({ where: { id: request.id }, data: { status: 'FILLED', closedAt: now } });
        const { clinicId, role, model, feeBasis, states, services, noticeDays, startsOn } = request;
        const proposal = await writeProposal(tx, ctx, {
          ...{
            id,
            clinicId,
            practitionerId: offer.practitionerId,
            role,
            model,
            feeBasis,
            states,
            services,
            noticeDays,
            startsOn,
            endsOn: null,
          },
          documents: (await tx.placementDocument.findMany({ where: { offerId: offer.id }, orderBy: { id: 'asc' } })).map(
            ({ kind, sha256, signedOn }) => ({ kind, sha256, signedOn }),
          ),
          ...{ proposedBy: { sub: offer.offeredBy, name: offer.offeredByName }, proposedAt: offer.offeredAt },
        });
        const { documentDigests, primaryPractice } = args.input;
        const given = { documentDigests, told, primaryPractice: primaryPractice === true };
        const engagement = await beginEngagement(tx, ctx, proposal, given);
        await recordPlacementEvent(tx, ctx, request, { kind: 'ACCEPTED', offerId: offer.id });
        await audit(tx, ctx, {
          ...{ action: 'placement.accepted', tenantId: clinicId, subjectKind: 'placementOffer', subjectId: offer.id },
          detail: { requestId: request.id, engagementId: engagement.id },
        });
        return engagement;
      });
    },
  }),
);
