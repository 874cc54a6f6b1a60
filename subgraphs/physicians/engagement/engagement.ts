import { toId, tryId } from '#kernel/ids.ts';
import type { Prisma } from '#prisma/generated/physicians/client.ts';
import { isMissed } from '../audit/audit-rules.ts';
import { builder, graph, type Context } from '../builder.ts';
import { statusOn } from '../lapse.ts';
import { Clinic } from '../references.ts';
import { byMonth, DirectorWorkMonth } from './director-work.ts';
import { EngagementDecision, EngagementDocument, EngagementEvent } from './engagement-record.ts';
import { partyTo, selfOf } from './parties.ts';

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

/** How the fee is worked out. */
export const FeeBasis = builder.enumType('FeeBasis', {
  description: 'How the fee of an engagement is worked out.',
  values: {
    FIXED_MONTHLY: { description: 'The same amount each month.' },
    HOURLY: { description: 'A rate fixed in advance for logged hours.' },
    PER_CASE: { description: 'By the case; refused unless a rule of the state allows it.' },
    PER_PRESCRIPTION: { description: 'By the prescription; refused unless a rule of the state allows it.' },
    PERCENTAGE: { description: 'A share of revenue or collections; refused unless each state of the engagement allows it.' },
  },
});

/** The life of an engagement. */
export const EngagementStatus = builder.enumType('EngagementStatus', {
  description: 'Where an engagement stands.',
  values: {
    DRAFT: { description: 'Proposed, and not begun.' },
    DECLINED: { description: 'Proposed, and declined by the practitioner.' },
    WITHDRAWN: { description: 'Proposed, and taken back by the clinic.' },
    ACTIVE: { description: 'In force.' },
    SUSPENDED: { description: 'Out of force for now: nothing new is done under it.' },
    ENDING: { description: 'In force, and notice was given.' },
    ENDED: { description: 'Over.' },
  },
});

/** The engagements a caller can see at all: those of clinics whose oversight they may read, and their own. */
export function visibleTo(ctx: Context): Prisma.EngagementWhereInput {
  if (ctx.actor.everywhere('authority-facts:read')) return {};
  const self = selfOf(ctx);
  const own = self === null ? [] : [{ practitionerId: self }];
  return { OR: [{ clinicId: { in: [...ctx.actor.places('engagement:read')] } }, ...own] };
}

/**
 * The status to show: an engagement past its last day is ENDED, whatever the row says, a draft may have been closed, and one whose audit was
 * missed is out of force.
 */
export function shownEngagementStatus(
  engagement: {
    readonly status: string;
    readonly endsOn: Date | null;
    readonly closedAs?: string | null;
    readonly auditDueOn?: Date | null;
  },
  now: Date,
): typeof EngagementStatus.$inferType {
  if (engagement.closedAs != null) return engagement.closedAs as typeof EngagementStatus.$inferType;
  const record = { status: engagement.status, lastDay: engagement.endsOn };
  const shown = statusOn(record, { good: ['ACTIVE', 'SUSPENDED', 'ENDING'], ended: 'ENDED' }, now);
  const missed = (shown === 'ACTIVE' || shown === 'ENDING') && isMissed(engagement.auditDueOn, now);
  return (missed ? 'SUSPENDED' : shown) as typeof EngagementStatus.$inferType;
}

/** A practitioner's engagement with one clinic; several clinics are several engagements. */
export const Engagement = builder.prismaObject('Engagement', {
  description: 'A practitioner’s oversight of a clinic.',
  directives: { key: { fields: 'id' } },
  authScopes: { may: ['engagement:read', 'engagement:answer'] },
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
    services: t.exposeStringList('services', { description: 'Codes of the services overseen; empty for all that the clinic offers.' }),
    states: t.field({
      type: [graph.UsState],
      resolve: (engagement) => engagement.states,
      description: 'The states it is for; empty for an engagement of a time before they were recorded.',
    }),
    feeBasis: t.field({
      type: FeeBasis,
      nullable: true,
      resolve: (engagement) => engagement.feeBasis as typeof FeeBasis.$inferType | null,
      description: 'How the fee is worked out; empty where nobody recorded it.',
    }),
    noticeDays: t.exposeInt('noticeDays', {
      nullable: true,
      description: 'How many days ahead notice is given; empty where nothing was agreed.',
    }),
    acceptedAt: t.expose('acceptedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the practitioner accepted; empty for a draft, and of a time before that was recorded.',
    }),
    primaryPractice: t.exposeBoolean('primaryPractice', {
      description: 'That the clinic is the practitioner’s primary practice, by their own word when they accepted.',
    }),
    follows: t.relation('follows', {
      nullable: true,
      description: 'The engagement whose terms it changes: it ends the day before this one begins, once this one is accepted.',
    }),
    documents: t.field({
      type: [EngagementDocument],
      nullable: true,
      authScopes: { may: ['engagement:arrange', 'engagement:answer'] },
      resolve: ({ id }, _args, ctx) =>
        ctx.db.engagementDocument.findMany({ where: { engagementId: id, engagement: partyTo(ctx) }, orderBy: { id: 'asc' } }),
      description: 'Its papers, by digest: for the two sides.',
    }),
    events: t.field({
      type: [EngagementEvent],
      nullable: true,
      authScopes: { may: ['engagement:arrange', 'engagement:answer'] },
      resolve: ({ id }, _args, ctx) =>
        ctx.db.engagementEvent.findMany({ where: { engagementId: id, engagement: partyTo(ctx) }, orderBy: { number: 'asc' } }),
      description: 'What happened to it, oldest first: for the two sides.',
    }),
    work: t.field({
      type: [DirectorWorkMonth],
      nullable: true,
      authScopes: { may: ['engagement:arrange', 'engagement:answer'] },
      resolve: async ({ id }, _args, ctx) =>
        byMonth(
          await ctx.db.directorWork.findMany({
            where: { engagementId: id, engagement: partyTo(ctx) },
            orderBy: [{ doneOn: 'asc' }, { id: 'asc' }],
          }),
        ),
      description: 'The work logged under it by month, newest first: for the two sides. What is not logged is not paid.',
    }),
    decisions: t.field({
      type: [EngagementDecision],
      nullable: true,
      authScopes: { may: 'engagement:arrange' },
      resolve: ({ id }, _args, ctx) =>
        ctx.db.engagementDecision.findMany({
          where: { engagementId: id, engagement: { clinicId: { in: [...ctx.actor.places('engagement:arrange')] } } },
          orderBy: [{ at: 'asc' }, { id: 'asc' }],
        }),
      description: 'What the rules answered when it was proposed, accepted and resumed: for those who arrange it.',
    }),
    practitioner: t.relation('practitioner', { description: 'Who is engaged.' }),
    clinic: t.field({
      type: Clinic,
      nullable: true,
      resolve: (engagement) => ({ id: toId('clinic', engagement.clinicId) }),
      description: 'The clinic overseen.',
    }),
  }),
});
