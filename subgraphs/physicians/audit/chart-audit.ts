import { toId } from '#kernel/ids.ts';
import type { ChartAudit as ChartAuditRow } from '#prisma/generated/physicians/client.ts';
import { builder, type Context } from '../builder.ts';
import { Engagement } from '../engagement/engagement.ts';
import { sideOf } from '../engagement/parties.ts';
import { hasLapsed } from '../lapse.ts';
import { isMissed } from './audit-rules.ts';

/** The worst that a review of charts found. */
export const AuditResult = builder.enumType('ChartAuditResult', {
  description: 'The worst that a review of charts found.',
  values: {
    PASS: { description: 'Nothing.' },
    MINOR: { description: 'Something to be better at.' },
    MAJOR: { description: 'Something to be put right.' },
    CRITICAL: { description: 'A patient was harmed, or could have been.' },
  },
});

const AuditStatus = builder.enumType('ChartAuditStatus', {
  description: 'Where a review of charts stands today.',
  values: {
    SCHEDULED: { description: 'It is due later, or today.' },
    OVERDUE: { description: 'Its day is over, and the grace of 14 days is not.' },
    MISSED: { description: 'The grace is over too: the engagement is out of force until it is recorded.' },
    DONE: { description: 'It was recorded.' },
  },
});

function statusOf({ dueOn, recordedAt }: ChartAuditRow, now: Date): typeof AuditStatus.$inferType {
  if (recordedAt !== null) return 'DONE';
  if (isMissed(dueOn, now)) return 'MISSED';
  return hasLapsed(dueOn, now) ? 'OVERDUE' : 'SCHEDULED';
}

/**
 * An MSO is told that a review was done and when the next is due, not how it went: not even one who arranges engagements at another clinic, so
 * the place is asked and not the role alone.
 */
const sides = { may: ['engagement:arrange', 'engagement:answer'] } as const;
const toSides = <Value>(row: ChartAuditRow, ctx: Context, value: Value): Value | null => (sideOf(ctx, row) === null ? null : value);

/** A review of charts, without a chart. */
export const ChartAudit = builder.prismaObject('ChartAudit', {
  description:
    'A review of a clinic’s charts by its director: when it is due, and how it went. Numbers and a result; no chart, no patient.',
  authScopes: { may: ['engagement:read', 'engagement:answer'] },
  fields: (t) => ({
    id: t.id({ resolve: ({ id }) => toId('chartAudit', id), description: 'Its id.' }),
    status: t.field({ type: AuditStatus, resolve: (row, _args, ctx) => statusOf(row, ctx.now()), description: 'Where it stands today.' }),
    dueOn: t.expose('dueOn', { type: 'Date', description: 'The last day on which it is in time.' }),
    scheduledAt: t.expose('scheduledAt', { type: 'DateTime', description: 'When it was scheduled.' }),
    periodFrom: t.expose('periodFrom', { type: 'Date', nullable: true, description: 'First day of the encounters that were looked at.' }),
    periodTo: t.expose('periodTo', { type: 'Date', nullable: true, description: 'Last day of them.' }),
    encounters: t.int({
      nullable: true,
      authScopes: sides,
      resolve: (row, _args, ctx) => toSides(row, ctx, row.encounters),
      description: 'How many encounters there were: for the two sides, null to others.',
    }),
    reviewed: t.int({
      nullable: true,
      authScopes: sides,
      resolve: (row, _args, ctx) => toSides(row, ctx, row.reviewed),
      description: 'Of how many the chart was reviewed: for the two sides, null to others.',
    }),
    result: t.field({
      type: AuditResult,
      nullable: true,
      authScopes: sides,
      resolve: (row, _args, ctx) => toSides(row, ctx, row.result as typeof AuditResult.$inferType | null),
      description: 'The worst that was found; null before it was recorded. For the two sides, null to others.',
    }),
    recordedAt: t.expose('recordedAt', { type: 'DateTime', nullable: true, description: 'When it was recorded.' }),
  }),
});

builder.objectField(Engagement, 'audits', (t) =>
  t.prismaConnection(
    {
      type: 'ChartAudit',
      cursor: 'id',
      nullable: true,
      description: 'The reviews of charts by this director at this clinic, the latest due first. Empty for a collaborating physician.',
      authScopes: { may: ['engagement:read', 'engagement:answer'] },
      resolve: (query, { clinicId, practitionerId, role }, _args, ctx) =>
        role !== 'MEDICAL_DIRECTOR'
          ? []
          : ctx.db.chartAudit.findMany({ ...query, where: { clinicId, practitionerId }, orderBy: [{ dueOn: 'desc' }, { id: 'desc' }] }),
    },
    { name: 'ChartAuditConnection' },
    { name: 'ChartAuditEdge' },
  ),
);
