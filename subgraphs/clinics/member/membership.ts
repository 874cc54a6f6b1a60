import { toId } from '#kernel/ids.ts';
import { builder, type Ctx } from '../builder.ts';
import { knownPlaces } from './roles.ts';

const MembershipStanding = builder.enumType('MembershipStanding', {
  description: 'Whether a membership gives its right now. By the real clock, always.',
  values: ['COMING', 'RUNNING', 'ENDED'] as const,
});

/** Memberships that the caller may know of: those of their places, and their own. */
export function membershipsVisibleTo(ctx: Pick<Ctx, 'actor'>) {
  return { OR: [{ sub: ctx.actor.sub }, { placeId: { in: [...ctx.actor.places('member:read')] } }] };
}

/** Who holds which role where, from when until when. */
export const Membership = builder.prismaObject('Membership', {
  description: 'A role that somebody holds at a place. A right is what their token says and a membership that runs still says.',
  authScopes: { may: ['member:read', 'invitation:accept'] },
  fields: (t) => ({
    id: t.id({ resolve: ({ id }) => toId('membership', id), description: 'Its id.' }),
    subject: t.exposeString('sub', { description: 'The subject of the person’s tokens; of a program its client id.' }),
    name: t.exposeString('name', { nullable: true, description: 'As they were called when they were invited, or registered.' }),
    role: t.exposeString('role', { description: 'The role.' }),
    at: t.exposeID('at', { description: 'The clinic, entity, organisation or pharmacy where it is held.' }),
    startsAt: t.field({ type: 'DateTime', resolve: ({ startsAt }) => startsAt, description: 'Since when, or from when on.' }),
    endsAt: t.field({
      type: 'DateTime',
      nullable: true,
      resolve: ({ endsAt }) => endsAt,
      description: 'The moment from which it no longer counts; null when there is no end.',
    }),
    endedBy: t.exposeString('endedByName', {
      nullable: true,
      description: 'Who ended it; null for an end that was agreed from the start.',
    }),
    standing: t.field({
      type: MembershipStanding,
      resolve: ({ startsAt, endsAt }) => {
        const now = Date.now();
        if (endsAt !== null && endsAt.getTime() <= now) return 'ENDED';
        return startsAt.getTime() > now ? 'COMING' : 'RUNNING';
      },
      description: 'Whether it gives its right now.',
    }),
  }),
});

builder.queryField('memberships', (t) =>
  t.prismaConnection(
    {
      type: 'Membership',
      cursor: 'id',
      description: 'Who holds which role at the caller’s places, newest first, those that have ended included.',
      authScopes: { may: 'member:read' },
      args: { at: t.arg.id({ description: 'Only what is held at this very clinic, entity, organisation or pharmacy.' }) },
      resolve: (query, _root, { at }, ctx) =>
        ctx.db.membership.findMany({
          ...query,
          where: { placeId: { in: knownPlaces(ctx, at) } },
          orderBy: [{ startsAt: 'desc' }, { id: 'desc' }],
        }),
    },
    { name: 'MembershipConnection' },
    { name: 'MembershipEdge' },
  ),
);
