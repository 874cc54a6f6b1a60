import { fromId, toId } from '#kernel/ids.ts';
import type { Prisma } from '#prisma/generated/physicians/client.ts';
import { builder, type Context } from '../builder.ts';
import { Clinic } from '../references.ts';
import { candidatesFor } from './candidates.ts';
import { PlacementCandidate } from './placement-candidate.ts';
import { PlacementEvent } from './placement-event.ts';
import { PlacementOffer } from './placement-offer.ts';
import { PlacementTerms } from './placement-terms.ts';

/** Where a request stands. */
export const PlacementStatus = builder.enumType('PlacementStatus', {
  description: 'Where a request for a placement stands.',
  values: {
    OPEN: { description: 'The clinic looks for somebody.' },
    FILLED: { description: 'Somebody accepted.' },
    WITHDRAWN: { description: 'The clinic no longer asks.' },
  },
});

/** Whether anybody fits. */
const PlacementMatching = builder.enumType('PlacementMatching', {
  description: 'Whether anybody fitted when the clock last looked.',
  values: { MATCHED: { description: 'Somebody.' }, PARKED: { description: 'Nobody, for now.' } },
});

interface Counts {
  readonly matched: number | null;
  readonly offered: number;
  readonly declined: number;
}

const PlacementCounts = builder.objectRef<Counts>('PlacementCounts').implement({
  description: 'How far a request has come, in numbers: without who it is.',
  authScopes: { may: 'placement:watch' },
  fields: (t) => ({
    matched: t.exposeInt('matched', {
      nullable: true,
      description: 'How many candidates fitted when the clock last looked; empty before it did.',
    }),
    offered: t.exposeInt('offered', { description: 'To how many it was offered.' }),
    declined: t.exposeInt('declined', { description: 'How many declined.' }),
  }),
});

/** The requests whose status and clock a caller may watch. */
export function requestsVisibleTo(ctx: Context): Prisma.PlacementRequestWhereInput {
  return { clinicId: { in: [...ctx.actor.places('placement:watch')] } };
}

/** A clinic's request. */
export const PlacementRequest = builder.prismaObject('PlacementRequest', {
  description: 'That a clinic looks for a physician, and how long it was told that this would take.',
  authScopes: { may: 'placement:watch' },
  fields: (t) => ({
    id: t.id({ resolve: ({ id }) => toId('placementRequest', id), description: 'The request’s id.' }),
    clinic: t.field({
      type: Clinic,
      nullable: true,
      resolve: ({ clinicId }) => ({ id: toId('clinic', clinicId) }),
      description: 'The clinic that asks.',
    }),
    terms: t.variant(PlacementTerms, { description: 'What it asks for.' }),
    status: t.field({
      type: PlacementStatus,
      resolve: ({ status }) => status as typeof PlacementStatus.$inferType,
      description: 'Where it stands.',
    }),
    requestedAt: t.expose('requestedAt', { type: 'DateTime', description: 'When it was asked for.' }),
    promisedHours: t.exposeInt('promisedHours', { description: 'Within how many hours somebody was promised: 12, 24 or 36.' }),
    promisedBy: t.expose('promisedBy', { type: 'DateTime', description: 'When that time is over.' }),
    closedAt: t.expose('closedAt', { type: 'DateTime', nullable: true, description: 'When it was filled or withdrawn.' }),
    isLate: t.boolean({
      resolve: ({ promisedBy, closedAt }, _args, ctx) => (closedAt ?? ctx.now()) > promisedBy,
      description: 'Whether the promised time was over before it was filled or withdrawn, or is over now.',
    }),
    matching: t.field({
      type: PlacementMatching,
      nullable: true,
      resolve: async ({ id }, _args, ctx) => (await lastLook(ctx, id))?.kind as typeof PlacementMatching.$inferType | undefined,
      description: 'Whether anybody fitted when the clock last looked, which it does each minute; empty before it did.',
    }),
    counts: t.field({
      type: PlacementCounts,
      resolve: async ({ id: requestId }, _args, ctx) => ({
        matched: (await lastLook(ctx, requestId))?.matched ?? null,
        offered: await ctx.db.placementEvent.count({ where: { requestId, kind: 'OFFERED' } }),
        declined: await ctx.db.placementEvent.count({ where: { requestId, kind: 'DECLINED' } }),
      }),
      description: 'How far it has come, in numbers.',
    }),
    events: t.field({
      type: [PlacementEvent],
      resolve: ({ id: requestId }, _args, ctx) => ctx.db.placementEvent.findMany({ where: { requestId }, orderBy: { number: 'asc' } }),
      description: 'What happened to it, oldest first.',
    }),
    candidates: t.field({
      type: [PlacementCandidate],
      nullable: true,
      authScopes: { may: 'placement:request' },
      resolve: async (request, _args, ctx) =>
        ctx.actor.places('placement:request').includes(request.clinicId) ? candidatesFor(ctx, request) : null,
      description:
        'Every available physician with the reasons in and out: those who fit first, then by preferences met, then who directs the fewest clinics. For whoever may offer; empty when the facts could not be read.',
    }),
    offers: t.field({
      type: [PlacementOffer],
      nullable: true,
      authScopes: { may: 'placement:request' },
      resolve: ({ id: requestId, clinicId }, _args, ctx) =>
        ctx.actor.places('placement:request').includes(clinicId)
          ? ctx.db.placementOffer.findMany({ where: { requestId }, orderBy: { id: 'asc' } })
          : null,
      description: 'What was offered to whom, oldest first: for whoever may offer.',
    }),
  }),
});

function lastLook(ctx: Context, requestId: string) {
  return ctx.db.placementEvent.findFirst({ where: { requestId, kind: { in: ['MATCHED', 'PARKED'] } }, orderBy: { number: 'desc' } });
}

builder.queryField('placementRequests', (t) =>
  t.prismaConnection({
    type: PlacementRequest,
    cursor: 'id',
    nullable: true,
    description: 'The requests for placements of clinics that the caller watches, newest first.',
    authScopes: { may: 'placement:watch' },
    args: {
      clinicId: t.arg.id({ description: 'Of this clinic alone.' }),
      status: t.arg({ type: PlacementStatus, description: 'Those that stand here alone.' }),
    },
    resolve: (query, _root, { clinicId, status }, ctx) => {
      const named = clinicId == null ? {} : { clinicId: fromId('clinic', clinicId) };
      const standing = status == null ? {} : { status };
      return ctx.db.placementRequest.findMany({
        ...query,
        where: { AND: [named, standing, requestsVisibleTo(ctx)] },
        orderBy: { id: 'desc' },
      });
    },
  }),
);
