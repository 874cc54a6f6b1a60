import { PAGE_SIZE } from '#kernel/builder.ts';
import { NotFound } from '#kernel/errors.ts';
import { fromId, toId, tryId } from '#kernel/ids.ts';
import { builder, type Ctx } from '../builder.ts';
import { Lot } from '../dispense/lot.ts';
import { Fulfillment, visibleTo as fulfillmentsVisibleTo } from '../fulfillment/fulfillment.ts';
import { Clinic, clinicOf } from '../references.ts';
import { type Affected, affectedBy } from './affected.ts';
import { reachedFulfillments } from './reached-fulfillments.ts';

export const RecallClass = builder.enumType('RecallClass', {
  description: 'How dangerous it is to go on using it (21 CFR 7.3(m)): I serious or deadly, II passing or remote, III hardly.',
  values: ['I', 'II', 'III'] as const,
});

const RecallStatus = builder.enumType('RecallStatus', {
  description: 'Whether a recall is still running.',
  values: ['OPEN', 'CLOSED'] as const,
});

const RecallCounts = builder.objectRef<Affected>('RecallCounts').implement({
  description: 'How far a recall reaches, as far as the caller may see: the pharmacy all of it, a clinic its own part.',
  authScopes: { may: 'recall:read' },
  fields: (t) => ({
    orders: t.exposeInt('orders', { description: 'Orders filled from the lots.' }),
    clinics: t.exposeInt('clinics', { description: 'Clinics they came from.' }),
    patients: t.exposeInt('patients', { description: 'Patients who got some.' }),
  }),
});

/** A pharmacy sees its recalls, a clinic those it got a notice of. */
export function visibleTo(ctx: Ctx) {
  const places = [...ctx.actor.places('recall:read')];
  return { OR: [{ pharmacyId: { in: places } }, { notices: { some: { clinicId: { in: places } } } }] };
}

/** A pharmacy sees every notice it sent, a clinic its own. */
export function noticesVisibleTo(ctx: Ctx) {
  const places = [...ctx.actor.places('recall:read')];
  return { OR: [{ pharmacyId: { in: places } }, { clinicId: { in: places } }] };
}

export const RecallNotice = builder.prismaObject('RecallNotice', {
  description: 'What one clinic was told of a recall.',
  authScopes: { may: 'recall:read' },
  fields: (t) => ({
    clinic: t.field({
      type: Clinic,
      nullable: true,
      select: { clinicId: true },
      resolve: (row) => clinicOf(row.clinicId),
      description: 'The clinic.',
    }),
    status: t.exposeString('status', { description: 'SENT or ACKNOWLEDGED.' }),
    sentAt: t.expose('sentAt', { type: 'DateTime', description: 'When it was told.' }),
    acknowledgedAt: t.expose('acknowledgedAt', { type: 'DateTime', nullable: true, description: 'When the clinic said that it knows.' }),
  }),
});

export const Recall = builder.prismaObject('Recall', {
  description: 'A pharmacy takes lots back.',
  directives: { key: { fields: 'id' } },
  authScopes: { may: 'recall:read' },
  extensions: {
    apollo: {
      subgraph: {
        resolveReference: ({ id }: { id: string }, ctx: Ctx) => {
          const uuid = tryId('recall', id);
          return uuid === null ? null : ctx.load('recall', uuid, visibleTo(ctx));
        },
      },
    },
  },
  fields: (t) => ({
    id: t.id({ resolve: (row) => toId('recall', row.id), description: 'Id of the recall.' }),
    status: t.field({ type: RecallStatus, resolve: (row) => row.status as 'OPEN', description: 'Whether it is still running.' }),
    class: t.field({ type: RecallClass, resolve: (row) => row.class as 'I', description: 'How dangerous it is.' }),
    reason: t.exposeString('reason', { description: 'Why.' }),
    startedAt: t.expose('startedAt', { type: 'DateTime', description: 'Since when.' }),
    closedAt: t.expose('closedAt', { type: 'DateTime', nullable: true, description: 'When it was closed.' }),
    closeReason: t.exposeString('closeReason', {
      nullable: true,
      description: 'Why it was closed although something was open; empty when nothing was.',
    }),
    pharmacy: t.relation('pharmacy', { description: 'Who takes them back.' }),
    lots: t.field({
      type: [Lot],
      select: (_args, _ctx, nested) => ({ lots: { select: { lot: nested() }, orderBy: { lotId: 'asc' } } }),
      resolve: (row) => row.lots.map(({ lot }) => lot),
      description: 'The lots.',
    }),
    affected: t.field({
      type: RecallCounts,
      resolve: (row, _args, ctx) => affectedBy(ctx, row.id),
      description: 'How far it reaches, counted now.',
    }),
    fulfillments: t.prismaConnection({
      description: 'The orders filled from the lots, late ones included: whom to reach. A clinic sees its own.',
      type: Fulfillment,
      cursor: 'id',
      defaultSize: PAGE_SIZE.default,
      maxSize: PAGE_SIZE.max,
      authScopes: { may: ['fulfillment:read', 'fulfillment:track'] },
      resolve: async ({ cursor, take, skip: _skip, ...selection }, recall, _args, ctx) =>
        ctx.db.fulfillment.findMany({
          ...selection,
          where: { AND: [fulfillmentsVisibleTo(ctx), { id: { in: await reachedFulfillments(ctx, recall.id, { cursor, take }) } }] },
          orderBy: { id: 'desc' },
        }),
    }),
    notices: t.prismaConnection({
      description: 'What the clinics were told, and which have said so.',
      type: RecallNotice,
      cursor: 'id',
      defaultSize: PAGE_SIZE.default,
      maxSize: PAGE_SIZE.max,
      authScopes: { may: 'recall:read' },
      resolve: (query, recall, _args, ctx) =>
        ctx.db.recallNotice.findMany({
          ...query,
          where: { AND: [{ recallId: recall.id }, noticesVisibleTo(ctx)] },
          orderBy: [{ clinicId: 'asc' }, { id: 'asc' }],
        }),
    }),
  }),
});

builder.queryField('recall', (t) =>
  t.prismaField({
    description: 'A recall: to the pharmacy that started it, and to the clinics it was told to.',
    type: Recall,
    nullable: true,
    authScopes: { may: 'recall:read' },
    args: { id: t.arg.id({ required: true, description: 'Id of the recall.' }) },
    resolve: async (query, _root, { id }, ctx) => {
      const row = await ctx.db.recall.findFirst({ ...query, where: { AND: [{ id: fromId('recall', id) }, visibleTo(ctx)] } });
      if (!row) throw new NotFound();
      return row;
    },
  }),
);
