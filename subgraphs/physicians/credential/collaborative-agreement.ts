import { toId, tryId } from '#kernel/ids.ts';
import type { Prisma } from '#prisma/generated/physicians/client.ts';
import { builder, graph, type Context } from '../builder.ts';
import { dayIn, statusOn } from '../lapse.ts';
import { practisesIn } from '../license/license-status.ts';
import { type Cadence, dueOn, isNeglected } from '../supervision/cadence.ts';
import { SupervisionEvent } from '../supervision/supervision-event.ts';
import { credentialsVisibleTo } from './credentials.ts';
import { isSupervisorThere } from './supervisor-there.ts';

/** Whether an agreement carries anything. */
export const AgreementStatus = builder.enumType('AgreementStatus', {
  description: 'What a collaborative agreement counts as today.',
  values: {
    DRAFT: { description: 'Not signed by both.' },
    ACTIVE: { description: 'In force.' },
    SUSPENDED: {
      description:
        'Out of force for now: it was suspended, the physician’s engagement at the clinic is not in force, one side’s licence in the state is not good, or they are too late with a meeting.',
    },
    TERMINATED: { description: 'Ended early.' },
    EXPIRED: { description: 'Its last day is over.' },
  },
});

/** An agreement as far as its own record and log decide what it counts as. */
export interface StoredAgreement extends Cadence {
  readonly status: string;
  readonly endsOn: Date | null;
  /** Whether the physician is at the clinic it was drafted for; so they are where no clinic was recorded. */
  readonly supervisorThere: boolean;
}

/** What it is by its record and its days alone. */
export function storedAgreementStatus(
  { status, endsOn }: Pick<StoredAgreement, 'status' | 'endsOn'>,
  now: Date,
): typeof AgreementStatus.$inferType {
  const record = { status, lastDay: endsOn };
  return statusOn(record, { good: ['ACTIVE', 'SUSPENDED'], ended: 'EXPIRED' }, now) as typeof AgreementStatus.$inferType;
}

/**
 * The status to show and to decide by: SUSPENDED too while the physician is not at its clinic, or its two sides are later with a meeting than
 * the grace allows.
 */
export function shownAgreementStatus(agreement: StoredAgreement, now: Date): typeof AgreementStatus.$inferType {
  const shown = storedAgreementStatus(agreement, now);
  return shown === 'ACTIVE' && (!agreement.supervisorThere || isNeglected(agreement, now)) ? 'SUSPENDED' : shown;
}

/** The agreements a caller may read: of those whose credentials they manage, and their own. */
export function agreementsVisibleTo(ctx: Context): Prisma.CollaborativeAgreementWhereInput {
  const own = tryId('practitioner', ctx.actor.sub);
  const managed = credentialsVisibleTo(ctx);
  return {
    OR: [{ supervisee: managed }, { supervisor: managed }, ...(own === null ? [] : [{ superviseeId: own }, { supervisorId: own }])],
  };
}

const latestFirst = { orderBy: [{ heldOn: 'desc' as const }, { id: 'desc' as const }] };
const lastEvent = {
  ...{ cadenceDays: true, startsOn: true, supervisorSignedAt: true, superviseeSignedAt: true },
  events: { ...latestFirst, take: 1 },
};
const side = { select: { credential: true, licenses: { include: { standings: true } } } } as const;

/** An agreement binds two people in one state; another state needs another. */
export const CollaborativeAgreement = builder.prismaObject('CollaborativeAgreement', {
  description: 'The agreement under which a nurse practitioner or physician assistant works with a physician in one state.',
  authScopes: { may: ['credential:read', 'agreement:sign'] },
  fields: (t) => ({
    id: t.id({ resolve: (agreement) => toId('collaborativeAgreement', agreement.id), description: 'The agreement’s id.' }),
    state: t.field({ type: graph.UsState, resolve: (agreement) => agreement.state, description: 'The state it is for.' }),
    status: t.field({
      type: AgreementStatus,
      select: { ...lastEvent, supervisor: side, supervisee: side },
      resolve: async (agreement, _args, ctx) => {
        const supervisorThere = await isSupervisorThere(ctx, agreement);
        const shown = shownAgreementStatus({ ...agreement, supervisorThere }, ctx.now());
        const both = [agreement.supervisor, agreement.supervisee];
        return shown !== 'ACTIVE' || both.every((one) => practisesIn(one, agreement.state, ctx.now())) ? shown : 'SUSPENDED';
      },
      description: 'What it counts as today.',
    }),
    startsOn: t.expose('startsOn', { type: 'Date', description: 'The first day.' }),
    endsOn: t.expose('endsOn', { type: 'Date', nullable: true, description: 'The last day; empty for an agreement without end.' }),
    supervisor: t.relation('supervisor', { description: 'The collaborating or supervising physician.' }),
    supervisee: t.relation('supervisee', { description: 'The nurse practitioner or physician assistant.' }),
    digest: t.exposeString('digest', {
      nullable: true,
      description: 'SHA-256 (hex) of the agreement’s text, which both sides sign; empty for one from before texts were recorded.',
    }),
    supervisorSignedAt: t.expose('supervisorSignedAt', { type: 'DateTime', nullable: true, description: 'When the physician signed.' }),
    superviseeSignedAt: t.expose('superviseeSignedAt', { type: 'DateTime', nullable: true, description: 'When the other side signed.' }),
    follows: t.relation('follows', { nullable: true, description: 'The agreement that it renews.' }),
    filingNumber: t.exposeString('filingNumber', { nullable: true, description: 'The number under which it was filed with the state.' }),
    filedOn: t.expose('filedOn', { type: 'Date', nullable: true, description: 'The day it was filed.' }),
    terminatedAt: t.expose('terminatedAt', { type: 'DateTime', nullable: true, description: 'When it was ended early.' }),
    terminationReason: t.exposeString('terminationReason', { nullable: true, description: 'Why it was ended early.' }),
    cadenceDays: t.exposeInt('cadenceDays', {
      nullable: true,
      description: 'The two meet at least once in this many days; empty where nothing was recorded.',
    }),
    supervisionEvents: t.field({
      type: [SupervisionEvent],
      select: (_args, _ctx, nested) => ({ events: { ...nested(), ...latestFirst, take: 100 } }),
      resolve: ({ events }) => events,
      description: 'The last hundred times they met or one asked the other, newest first.',
    }),
    supervisionDueOn: t.field({
      type: 'Date',
      nullable: true,
      select: lastEvent,
      resolve: (agreement) => dueOn(agreement),
      description: 'The day by which they have to meet again; empty where no cadence was recorded.',
    }),
    supervisionOverdue: t.boolean({
      nullable: true,
      select: lastEvent,
      resolve: (agreement, _args, ctx) => {
        const due = dueOn(agreement);
        return due === null ? null : due < dayIn(ctx.now());
      },
      description: 'Whether that day is over; empty where no cadence was recorded, which is unknown.',
    }),
  }),
});
