/** What happened around controlled prescriptions at a clinic (21 CFR 1311.150): who did what to which record and when, refused attempts included. */

import { addDays } from '#rules/dates.ts';
import { InvalidInput } from '#kernel/errors.ts';
import { fromId, type IdKind, toId } from '#kernel/ids.ts';
import { builder, type Tx } from '../builder.ts';
import { canonicalText, digestOf } from '../document/canonical.ts';
import { requireClinic } from './require-clinic.ts';

const LONGEST_DAYS = 31;

/** One event, without a patient, a drug or a reference. */
export interface ControlledEvent {
  readonly at: string;
  readonly kind: string;
  readonly actor: string;
  readonly subjectId: string | null;
  readonly outcome: string | null;
}

/** The report of a clinic over whole days, UTC. */
export interface ControlledReport {
  readonly clinicId: string;
  readonly from: string;
  /** Its last day. */
  readonly to: string;
  readonly events: readonly ControlledEvent[];
}

interface Row {
  readonly at: Date;
  readonly kind: string;
  readonly actor: string;
  readonly subject_kind: IdKind | null;
  readonly subject_id: string | null;
  readonly outcome: string | null;
}

/** Reads a clinic's report, by the caller's own right or the subgraph's. */
export async function reportOf(db: Tx, clinicId: string, from: string, to: string): Promise<ControlledReport> {
  const rows = await db.$queryRawUnsafe<Row[]>(
    'select at, kind, actor, subject_kind, subject_id, outcome from prescriptions_controlled.events($1::uuid, $2::timestamptz, $3::timestamptz)',
    clinicId,
    `${from}T00:00:00Z`,
    `${addDays(to, 1)}T00:00:00Z`,
  );
  const events = rows.map(({ at, kind, actor, subject_kind: subject, subject_id: id, outcome }) => ({
    ...{ at: new Date(at).toISOString(), kind, actor, outcome },
    subjectId: subject === null || id === null ? null : toId(subject, id),
  }));
  return { clinicId: toId('clinic', clinicId), from, to, events };
}

/** The digest of a report: what the daily audit keeps. */
export function reportDigestOf(report: ControlledReport): string {
  return digestOf(canonicalText(report));
}

const ControlledEventType = builder.objectRef<ControlledEvent>('ControlledEvent').implement({
  description: 'Something that happened around controlled prescriptions.',
  authScopes: { may: 'controlled-report:read' },
  fields: (t) => ({
    at: t.exposeString('at', { description: 'When, RFC 3339.' }),
    kind: t.exposeString('kind', {
      description:
        'ACCESS_PROPOSED, ACCESS_GRANTED, ACCESS_REVOKED, EVALUATION_RECORDED, EVALUATION_WITHDRAWN, PDMP_CHECKED, PDMP_OUTAGE_EXCEPTION, SIGNED or REFUSED.',
    }),
    actor: t.exposeString('actor', { description: 'Subject of whoever did it, or tried.' }),
    subjectId: t.exposeID('subjectId', {
      nullable: true,
      description: 'The order, evaluation or practitioner it was about; null of an attempt.',
    }),
    outcome: t.exposeString('outcome', { nullable: true, description: 'What came of it, as codes.' }),
  }),
});

const ControlledAuditDayType = builder.prismaObject('ControlledAuditDay', {
  description: 'The internal audit of one day as it was made: a report of that day that has another digest was changed since.',
  authScopes: { may: 'controlled-report:read' },
  fields: (t) => ({
    day: t.expose('day', { type: 'Date', description: 'The day, UTC.' }),
    events: t.exposeInt('events', { description: 'How many events it had.' }),
    digest: t.exposeString('digest', { description: 'SHA-256 of its report, hex.' }),
    madeAt: t.expose('madeAt', { type: 'DateTime', description: 'When the audit was made.' }),
  }),
});

const ControlledReportType = builder.objectRef<ControlledReport>('ControlledAuditReport').implement({
  description: 'What happened around controlled prescriptions at a clinic, over whole days of UTC. It names no patient and no drug.',
  authScopes: { may: 'controlled-report:read' },
  fields: (t) => ({
    from: t.exposeString('from', { description: 'Its first day, `YYYY-MM-DD`.' }),
    to: t.exposeString('to', { description: 'Its last day, `YYYY-MM-DD`.' }),
    events: t.field({ type: [ControlledEventType], resolve: ({ events }) => [...events], description: 'The events, the oldest first.' }),
    digest: t.string({ resolve: reportDigestOf, description: 'SHA-256 over all of it, hex.' }),
    days: t.field({
      type: [ControlledAuditDayType],
      description: 'The daily audits made of these days.',
      resolve: ({ clinicId, from, to }, _args, ctx) =>
        ctx.db.controlledAuditDay.findMany({
          where: { clinicId: fromId('clinic', clinicId), day: { gte: new Date(from), lte: new Date(to) } },
          orderBy: { day: 'asc' },
        }),
    }),
  }),
});

builder.queryField('controlledAuditReport', (t) =>
  t.field({
    type: ControlledReportType,
    description: 'The audit of a clinic’s controlled prescriptions, on demand, of at most 31 days.',
    authScopes: { may: 'controlled-report:read' },
    args: {
      clinicId: t.arg.id({ required: true, description: 'The clinic.' }),
      from: t.arg({ type: 'Date', required: true, description: 'The first day, UTC.' }),
      to: t.arg({ type: 'Date', required: true, description: 'The last day, UTC: the first or later, at most 31 days in all.' }),
    },
    resolve: async (_root, { clinicId, from, to }, ctx) => {
      const clinic = fromId('clinic', clinicId);
      requireClinic(ctx, 'controlled-report:read', clinic);
      if (to < from) throw new InvalidInput([{ path: 'to', message: 'is before the first day' }]);
      if (to > addDays(from, LONGEST_DAYS - 1))
        throw new InvalidInput([{ path: 'to', message: `is more than ${LONGEST_DAYS} days from the first` }]);
      return reportOf(ctx.db, clinic, from, to);
    },
  }),
);
