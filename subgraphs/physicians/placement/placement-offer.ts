import { toId } from '#kernel/ids.ts';
import type { PlacementDecision as PlacementDecisionRow, Prisma } from '#prisma/generated/physicians/client.ts';
import { replay } from '#rules/decision.ts';
import { builder, graph, type Context } from '../builder.ts';
import { Engagement, visibleTo } from '../engagement/engagement.ts';
import { EngagementDocumentKind } from '../engagement/engagement-record.ts';
import { selfOf } from '../engagement/parties.ts';
import { Clinic } from '../references.ts';
import { PlacementTerms } from './placement-terms.ts';

/** Where an offer stands. */
export const PlacementOfferStatus = builder.enumType('PlacementOfferStatus', {
  description: 'Where an offer of a placement stands.',
  values: {
    OFFERED: { description: 'It can be accepted or declined.' },
    ACCEPTED: { description: 'It was accepted: an engagement came of it.' },
    DECLINED: { description: 'It was declined.' },
    WITHDRAWN: { description: 'Its request was filled by another or withdrawn.' },
  },
});

/** What an offer shows as: an open one carries while its request is open, so that closing the one withdraws all the others at that moment. */
export function shownOfferStatus(
  offer: { readonly status: string },
  request: { readonly status: string },
): typeof PlacementOfferStatus.$inferType {
  if (offer.status === 'OFFERED' && request.status !== 'OPEN') return 'WITHDRAWN';
  return offer.status as typeof PlacementOfferStatus.$inferType;
}

/** A paper by its digest. */
export const PlacementDocument = builder.prismaObject('PlacementDocument', {
  description: 'A paper of an offer. The text is kept elsewhere; its digest says which text it is.',
  authScopes: { may: ['placement:request', 'engagement:answer'] },
  fields: (t) => ({
    kind: t.field({
      type: EngagementDocumentKind,
      resolve: ({ kind }) => kind as typeof EngagementDocumentKind.$inferType,
      description: 'What it is.',
    }),
    sha256: t.exposeString('sha256', { description: 'SHA-256 of its bytes, in hex.' }),
    signedOn: t.expose('signedOn', { type: 'Date', description: 'The day on which the clinic’s side signed it.' }),
  }),
});

const PlacementDecision = graph.decision<PlacementDecisionRow>('PlacementDecision', {
  description: 'What the rules were told of a candidate and what they answered when a placement was offered.',
  may: 'placement:request',
  replays: replay,
});

/** The offers a caller may see: those of clinics for which they place, and their own. */
export function offersVisibleTo(ctx: Context): Prisma.PlacementOfferWhereInput {
  return { OR: [{ clinicId: { in: [...ctx.actor.places('placement:request')] } }, ...ownOffers(ctx)] };
}

function ownOffers(ctx: Context): { practitionerId: string }[] {
  const self = selfOf(ctx);
  return self === null ? [] : [{ practitionerId: self }];
}

/** An offer to one physician. */
export const PlacementOffer = builder.prismaObject('PlacementOffer', {
  description: 'An offer of a placement to one physician, who sees no other.',
  authScopes: { may: ['placement:request', 'engagement:answer'] },
  fields: (t) => ({
    id: t.id({ resolve: ({ id }) => toId('placementOffer', id), description: 'The offer’s id.' }),
    status: t.field({
      type: PlacementOfferStatus,
      select: { request: { select: { status: true } } },
      resolve: (offer) => shownOfferStatus(offer, offer.request),
      description: 'Where it stands now.',
    }),
    clinic: t.field({
      type: Clinic,
      nullable: true,
      resolve: ({ clinicId }) => ({ id: toId('clinic', clinicId) }),
      description: 'The clinic that offers.',
    }),
    practitioner: t.relation('practitioner', { description: 'To whom.' }),
    terms: t.relation('request', { type: PlacementTerms, description: 'On which terms: those of the request.' }),
    documents: t.relation('documents', { query: { orderBy: { id: 'asc' } }, description: 'Its papers, by digest.' }),
    offeredAt: t.expose('offeredAt', { type: 'DateTime', description: 'When it was made.' }),
    offeredByName: t.exposeString('offeredByName', { description: 'Who made it.' }),
    answeredAt: t.expose('answeredAt', { type: 'DateTime', nullable: true, description: 'When it was accepted or declined.' }),
    declineReason: t.exposeString('declineReason', { nullable: true, description: 'Why it was declined, for both sides to read.' }),
    engagement: t.field({
      type: Engagement,
      nullable: true,
      resolve: ({ engagementId }, _args, ctx) => (engagementId === null ? null : ctx.load('engagement', engagementId, visibleTo(ctx))),
      description: 'What came of it.',
    }),
    decisions: t.field({
      type: [PlacementDecision],
      nullable: true,
      authScopes: { may: 'placement:request' },
      resolve: ({ id: offerId, clinicId, status }, _args, ctx) =>
        status === 'ACCEPTED' && ctx.actor.places('placement:request').includes(clinicId)
          ? ctx.db.placementDecision.findMany({ where: { offerId }, orderBy: { id: 'asc' } })
          : null,
      description:
        'What the rules were told and answered when it was made: for whoever may offer, once it was accepted. Before that the facts are a stranger’s.',
    }),
  }),
});

builder.queryField('placementOffers', (t) =>
  t.prismaConnection({
    type: PlacementOffer,
    cursor: 'id',
    nullable: true,
    description: 'The placements that were offered to the caller, newest first.',
    authScopes: { may: 'engagement:answer' },
    resolve: (query, _root, _args, ctx) => {
      const own = ownOffers(ctx);
      return own.length === 0 ? [] : ctx.db.placementOffer.findMany({ ...query, where: { OR: own }, orderBy: { id: 'desc' } });
    },
  }),
);
