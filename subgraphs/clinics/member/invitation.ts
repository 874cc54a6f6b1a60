import type { Invitation as InvitationRow } from '#prisma/generated/clinics/client.ts';
import { toId } from '#kernel/ids.ts';
import { builder, type Ctx } from '../builder.ts';
import { knownPlaces } from './roles.ts';

const standings = ['OPEN', 'ACCEPTED', 'WITHDRAWN', 'EXPIRED'] as const;

const InvitationStanding = builder.enumType('InvitationStanding', {
  description: 'What has become of an invitation. By the real clock, always.',
  values: standings,
});

/** What has become of it. */
export function standingOf(
  invitation: Pick<InvitationRow, 'acceptedAt' | 'withdrawnAt' | 'expiresAt'>,
  now: Date,
): (typeof standings)[number] {
  if (invitation.acceptedAt !== null) return 'ACCEPTED';
  if (invitation.withdrawnAt !== null) return 'WITHDRAWN';
  return invitation.expiresAt <= now ? 'EXPIRED' : 'OPEN';
}

/** Invitations that the caller may know of: those to their places, and their own. */
export function invitationsVisibleTo(ctx: Pick<Ctx, 'actor'>) {
  return { OR: [{ placeId: { in: [...ctx.actor.places('member:read')] } }, { invitedBy: ctx.actor.sub }] };
}

/** The offer of a role, without its code. */
export const Invitation = builder.prismaObject('Invitation', {
  description: 'The offer of a role at a place to one person: good once, until it expires or is withdrawn.',
  authScopes: { may: 'member:read' },
  fields: (t) => ({
    id: t.id({ resolve: ({ id }) => toId('invitation', id), description: 'Its id.' }),
    name: t.exposeString('name', { description: 'Who is invited.' }),
    subject: t.exposeString('subject', {
      nullable: true,
      description: 'The subject of the tokens of the only person who may accept; null when whoever has the code may.',
    }),
    role: t.exposeString('role', { description: 'The role.' }),
    at: t.exposeID('at', { description: 'The clinic, entity, organisation, pharmacy or platform.' }),
    startsOn: t.field({
      type: 'Date',
      nullable: true,
      resolve: ({ startsOn }) => startsOn,
      description: 'First day; null for the day on which it is accepted.',
    }),
    endsOn: t.field({ type: 'Date', nullable: true, resolve: ({ endsOn }) => endsOn, description: 'Last day; null for no end.' }),
    invitedBy: t.exposeString('invitedByName', { description: 'Who gave it.' }),
    expiresAt: t.field({ type: 'DateTime', resolve: ({ expiresAt }) => expiresAt, description: 'Until when it can be accepted.' }),
    standing: t.field({
      type: InvitationStanding,
      resolve: (invitation) => standingOf(invitation, new Date()),
      description: 'What has become of it.',
    }),
  }),
});

builder.queryField('invitations', (t) =>
  t.prismaConnection(
    {
      type: 'Invitation',
      cursor: 'id',
      description: 'Invitations to the caller’s places, newest first, whatever became of them.',
      authScopes: { may: 'member:read' },
      args: { at: t.arg.id({ description: 'Only those to this very clinic, entity or organisation.' }) },
      resolve: (query, _root, { at }, ctx) =>
        ctx.db.invitation.findMany({
          ...query,
          where: { placeId: { in: knownPlaces(ctx, at) } },
          orderBy: [{ invitedAt: 'desc' }, { id: 'desc' }],
        }),
    },
    { name: 'InvitationConnection' },
    { name: 'InvitationEdge' },
  ),
);
