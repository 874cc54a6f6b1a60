import { toId } from '#kernel/ids.ts';
import { builder, graph } from '../builder.ts';
import { EngagementRole } from '../engagement/engagement.ts';
import { selfOf } from '../engagement/parties.ts';

/** Whether a physician takes work. */
export const AvailabilityStatus = builder.enumType('AvailabilityStatus', {
  description: 'Whether a physician takes work now.',
  values: {
    OPEN: { description: 'They are looked at for every request.' },
    PAUSED: { description: 'Nobody is shown them.' },
  },
});

/** An entity somebody does not work for. */
export const DirectorConflict = builder.prismaObject('DirectorConflict', {
  description: 'A professional entity that a physician will not or must not work for. Only they themselves read this.',
  authScopes: { may: 'availability:publish' },
  fields: (t) => ({
    entityId: t.id({ resolve: ({ entityId }) => toId('entity', entityId), description: 'The entity.' }),
    reason: t.exposeString('reason', { description: 'Why: shown to nobody else.' }),
  }),
});

/** What work a physician takes. */
export const DirectorAvailability = builder.prismaObject('DirectorAvailability', {
  description: 'What work a physician takes, by their own word. Clinics are told what follows from it for their requests, and no more.',
  authScopes: { may: 'availability:publish' },
  fields: (t) => ({
    id: t.id({ resolve: ({ id }) => toId('directorAvailability', id), description: 'Its id.' }),
    status: t.field({
      type: AvailabilityStatus,
      resolve: ({ status }) => status as typeof AvailabilityStatus.$inferType,
      description: 'Whether they take work now.',
    }),
    roles: t.field({
      type: [EngagementRole],
      resolve: ({ roles }) => roles as (typeof EngagementRole.$inferType)[],
      description: 'As what.',
    }),
    states: t.field({ type: [graph.UsState], resolve: ({ states }) => states, description: 'The states they take work in.' }),
    services: t.exposeStringList('services', { description: 'Codes of the services they take; empty for all.' }),
    onSiteStates: t.field({
      type: [graph.UsState],
      resolve: ({ onSiteStates }) => onSiteStates,
      description: 'The states in which they come to the premises.',
    }),
    mostClinics: t.exposeInt('mostClinics', { description: 'Of how many clinics they would be director at a time, all in all.' }),
    hoursPerMonth: t.exposeInt('hoursPerMonth', { description: 'How many hours a month they have for it.' }),
    availableFrom: t.expose('availableFrom', { type: 'Date', description: 'The first day on which they would begin.' }),
    availableUntil: t.expose('availableUntil', { type: 'Date', nullable: true, description: 'The last such day; empty for no end.' }),
    publishedAt: t.expose('publishedAt', { type: 'DateTime', description: 'When they last said so.' }),
    conflicts: t.relation('conflicts', {
      query: { orderBy: { entityId: 'asc' } },
      description: 'For whom they will not or must not work: for nobody but themselves to read.',
    }),
  }),
});

builder.queryField('availability', (t) =>
  t.prismaField({
    type: DirectorAvailability,
    nullable: true,
    description: 'What work the caller takes, as they last published it; empty for who never did.',
    authScopes: { may: 'availability:publish' },
    resolve: (query, _root, _args, ctx) => {
      const self = selfOf(ctx);
      return self === null ? null : ctx.db.directorAvailability.findUnique({ ...query, where: { practitionerId: self } });
    },
  }),
);
