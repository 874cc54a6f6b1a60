import { toId, tryId } from '#kernel/ids.ts';
import type { Prisma } from '#prisma/generated/physicians/client.ts';
import { builder, type Context } from '../builder.ts';
import { statusOn } from '../lapse.ts';
import { Clinic } from '../references.ts';

/** As what a practitioner is engaged. */
export const EngagementRole = builder.enumType('EngagementRole', {
  description: 'As what a practitioner is engaged.',
  values: {
    MEDICAL_DIRECTOR: { description: 'Answers for the clinic’s medical care.' },
    COLLABORATING_PHYSICIAN: { description: 'Works with the clinic’s nurse practitioners and physician assistants.' },
  },
});

/** How a practitioner's time is arranged. */
export const EngagementModel = builder.enumType('EngagementModel', {
  description: 'How the oversight is arranged.',
  values: {
    FULL_TIME: { description: 'Continuous oversight.' },
    FRACTIONAL: { description: 'Regular sessions without full employment.' },
    RETAINER: { description: 'A monthly fee for review and availability.' },
    PER_CASE: { description: 'One case or service at a time.' },
    PER_PRESCRIPTION: { description: 'One prescription at a time; refused unless the state allows it.' },
    REMOTE: { description: 'Oversight by telehealth.' },
    ON_SITE: { description: 'Oversight on the premises.' },
    HYBRID: { description: 'Remote, with some presence on site.' },
  },
});

/** The life of an engagement. */
export const EngagementStatus = builder.enumType('EngagementStatus', {
  description: 'Where an engagement stands.',
  values: {
    DRAFT: { description: 'Not begun: agreements or onboarding are open.' },
    ACTIVE: { description: 'In force.' },
    SUSPENDED: { description: 'Out of force for now: nothing new is done under it.' },
    ENDING: { description: 'In force, and notice was given.' },
    ENDED: { description: 'Over.' },
  },
});

/** The engagements a caller can see at all: those of clinics whose oversight they may read. */
export function visibleTo(ctx: Context): Prisma.EngagementWhereInput {
  if (ctx.actor.everywhere('authority-facts:read')) return {};
  return { clinicId: { in: [...ctx.actor.places('engagement:read')] } };
}

/** The status to show: an engagement past its last day is ENDED, whatever the row says. */
export function shownEngagementStatus(
  engagement: { readonly status: string; readonly endsOn: Date | null },
  now: Date,
): typeof EngagementStatus.$inferType {
  const record = { status: engagement.status, lastDay: engagement.endsOn };
  return statusOn(record, { good: ['ACTIVE', 'SUSPENDED', 'ENDING'], ended: 'ENDED' }, now) as typeof EngagementStatus.$inferType;
}

/** A practitioner's engagement with one clinic; several clinics are several engagements. */
export const Engagement = builder.prismaObject('Engagement', {
  description: 'A practitioner’s oversight of a clinic.',
  directives: { key: { fields: 'id' } },
  authScopes: { may: 'engagement:read' },
  extensions: {
    apollo: {
      subgraph: {
        resolveReference: ({ id }: { id: string }, ctx: Context) => {
          const uuid = tryId('engagement', id);
          return uuid === null ? null : ctx.load('engagement', uuid, visibleTo(ctx));
        },
      },
    },
  },
  fields: (t) => ({
    id: t.id({ resolve: (engagement) => toId('engagement', engagement.id), description: 'The engagement’s id.' }),
    role: t.field({
      type: EngagementRole,
      resolve: (engagement) => engagement.role as typeof EngagementRole.$inferType,
      description: 'As what.',
    }),
    model: t.field({
      type: EngagementModel,
      resolve: (engagement) => engagement.model as typeof EngagementModel.$inferType,
      description: 'How it is arranged.',
    }),
    status: t.field({
      type: EngagementStatus,
      resolve: (engagement, _args, ctx) => shownEngagementStatus(engagement, ctx.now()),
      description: 'Where it stands today.',
    }),
    startsOn: t.expose('startsOn', { type: 'Date', description: 'The first day.' }),
    endsOn: t.expose('endsOn', { type: 'Date', nullable: true, description: 'The last day; empty when none is agreed.' }),
    practitioner: t.relation('practitioner', { description: 'Who is engaged.' }),
    clinic: t.field({
      type: Clinic,
      nullable: true,
      resolve: (engagement) => ({ id: toId('clinic', engagement.clinicId) }),
      description: 'The clinic overseen.',
    }),
  }),
});
