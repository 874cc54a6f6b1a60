import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { Conflict, IllegalTransition, InvalidInput, NotFound, RuleBlocked, Unavailable } from '#kernel/errors.ts';
import { fromId, tryId } from '#kernel/ids.ts';
import type { PlacementRequest } from '#prisma/generated/physicians/client.ts';
import { recordOf } from '#rules/decision.ts';
import { builder } from '../builder.ts';
import { EngagementDocumentInput, MOST_PAPERS, paperIssues } from '../engagement/engagement-papers.ts';
import { dayIn, storedDay } from '../lapse.ts';
import { candidatesFor } from './candidates.ts';
import { heldRequest } from './held-request.ts';
import { requireAcceptable } from './offers-hold.ts';
import { recordPlacementEvent } from './placement-event.ts';
import { PlacementOffer } from './placement-offer.ts';

const OfferPlacementInput = builder.inputType('OfferPlacementInput', {
  description: 'What is offered to whom. The terms are those of the request.',
  fields: (t) => ({
    requestId: t.id({ required: true, description: 'The request.' }),
    practitionerId: t.id({ required: true, description: 'A candidate who is in.' }),
    documents: t.field({ type: [EngagementDocumentInput], required: true, description: 'Its papers, the agreement among them.' }),
  }),
  validate: z
    .object({
      documents: z.array(z.unknown()).min(1, 'Name the agreement.').max(MOST_PAPERS, `An engagement has at most ${MOST_PAPERS} papers.`),
    })
    .loose(),
});

builder.mutationField('offerPlacement', (t) =>
  t.field({
    description:
      'A compliance officer offers a placement to a candidate who is in, as the rules judge now. It can be accepted without the clinic being asked again, so it needs a second factor. Several may be out at once; the first who accepts has it.',
    type: PlacementOffer,
    authScopes: { may: 'placement:request' },
    args: { input: t.arg({ type: OfferPlacementInput, required: true, description: 'What, and to whom.' }) },
    errors: {},
    resolve: async (_root, args, ctx, info) => {
      const { input } = args;
      const id = tryId('placementRequest', input.requestId);
      const seen =
        id === null
          ? null
          : await ctx.load<PlacementRequest>('placementRequest', id, { clinicId: { in: [...ctx.actor.places('placement:request')] } });
      const candidates = seen?.status === 'OPEN' ? await candidatesFor(ctx, seen) : [];
      return ctx.write({ info, args, answer: 'placementOffer' }, async (tx) => {
        const request = seen === null ? null : await heldRequest(tx, seen.id);
        if (request === null) throw new NotFound();
        ctx.requireStepUp();
        const practitionerId = fromId('practitioner', input.practitionerId);
        const issues = paperIssues(input.documents, dayIn(ctx.now()));
        if (issues.length > 0) throw new InvalidInput(issues);
        if (request.status !== 'OPEN') throw new IllegalTransition(request.status, 'OFFERED');
        requireAcceptable(request, ctx.now(), 'requestId');
        if (candidates === null) throw new Unavailable();
        const candidate = candidates.find((one) => one.practitionerId === practitionerId);
        if (candidate === undefined) {
          throw new InvalidInput([
            { path: 'input.practitionerId', message: 'They are not among the candidates: nobody by this id is available.' },
          ]);
        }
        if (!candidate.isIn) throw new RuleBlocked(candidate.reasons);
        const open = await tx.placementOffer.count({ where: { requestId: request.id, practitionerId, status: 'OFFERED' } });
        if (open > 0) throw new Conflict('It is offered to them already.');

        const { clinicId } = request;
        const at = ctx.now();
        const offer = await tx.placementOffer.create({
          data: {
            ...{ id: ctx.newId(), requestId: request.id, clinicId, practitionerId, status: 'OFFERED' },
            ...{ offeredAt: at, offeredBy: ctx.actor.sub, offeredByName: ctx.actor.name },
          },
        });
        await tx.placementDocument.createMany({
          data: input.documents.map(({ kind, sha256, signedOn }) => ({
            ...{ id: ctx.newId(), offerId: offer.id, kind, sha256, signedOn: storedDay(signedOn) },
          })),
        });
        // Without reading it back: what a stranger's facts are is not for the one who offers.
        await tx.placementDecision.createMany({
          data: { id: ctx.newId(), offerId: offer.id, gate: 'OFFER', at, ...recordOf(candidate.decision, at) },
        });
        await recordPlacementEvent(tx, ctx, request, { kind: 'OFFERED', offerId: offer.id });
        await audit(tx, ctx, {
          ...{ action: 'placement.offered', tenantId: clinicId, subjectKind: 'placementOffer', subjectId: offer.id },
          detail: { requestId: request.id, practitionerId, documentDigests: input.documents.map(({ sha256 }) => sha256).sort() },
        });
        return offer;
      });
    },
  }),
);
