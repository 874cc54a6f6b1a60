import { resolveCursorConnection, type ResolveCursorConnectionArgs } from '@pothos/plugin-relay';
import { PAGE_SIZE } from '#kernel/builder.ts';
import { fromId } from '#kernel/ids.ts';
import type { LicenseReliance, Prisma } from '#prisma/generated/prescriptions/client.ts';
import { addDays } from '#rules/dates.ts';
import { daysNotActive, type Span, statusThen } from '#rules/licence-history.ts';
import { builder, type Ctx } from '../builder.ts';
import { AffectedRecord } from './affected-record.ts';
import { momentCursor, momentPlace } from '../moment-cursor.ts';
import { askLicenseHistory } from './license-history.ts';

builder.queryField('affectedBy', (t) =>
  t.connection(
    {
      type: AffectedRecord,
      description:
        'Every exam and order of the caller’s clinics that stood on a licence, at a moment on which the licence, as known at `asKnownAt`, was not ACTIVE or not known to be. The newest first. An exam or order comes once for each decision and part.',
      authScopes: { may: 'affected:read' },
      args: {
        licenseId: t.arg.id({ required: true, description: 'The licence.' }),
        asKnownAt: t.arg({
          type: 'DateTime',
          description: 'What had been recorded of the licence by this moment is considered. Now when left out; never later than now.',
        }),
      },
      resolve: async (_root, { licenseId, asKnownAt, ...page }, ctx) => {
        const license = fromId('license', licenseId);
        const now = ctx.now();
        const knownAt = asKnownAt == null || asKnownAt > now ? now : asKnownAt;
        const history = await askLicenseHistory(ctx, licenseId);
        const where: Prisma.LicenseRelianceWhereInput = {
          licenseId: license,
          clinicId: { in: [...ctx.actor.places('affected:read')] },
          OR: daysNotActive(history, knownAt).map((span) => ({ at: withinDays(span) })),
        };
        return resolveCursorConnection(
          {
            args: page,
            defaultSize: PAGE_SIZE.default,
            maxSize: PAGE_SIZE.max,
            toCursor: ({ reliance }: { reliance: LicenseReliance }) => momentCursor('affectedBy', reliance),
          },
          async (wanted: ResolveCursorConnectionArgs) => {
            const rows = await readPage(ctx, where, wanted);
            return rows.map((reliance) => ({ reliance, status: statusThen(history, dayOf(reliance.at), knownAt) }));
          },
        );
      },
    },
    { name: 'AffectedRecordConnection' },
    { name: 'AffectedRecordEdge' },
  ),
);

/** The moments of whole days, by the day of the rules, which is that of UTC. */
function withinDays({ from, to }: Span): Prisma.DateTimeFilter {
  return {
    ...(from === null ? {} : { gte: new Date(from) }),
    ...(to === null ? {} : { lt: new Date(addDays(to, 1)) }),
  };
}

function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10);
}

/** Newest first; a cursor says where its row stands, so rows that come meanwhile shift nothing. */
function readPage(ctx: Ctx, where: Prisma.LicenseRelianceWhereInput, { before, after, limit, inverted }: ResolveCursorConnectionArgs) {
  const [first, last] = [momentPlace('affectedBy', after, 'after'), momentPlace('affectedBy', before, 'before')];
  const direction = inverted ? 'asc' : 'desc';
  return ctx.db.licenseReliance.findMany({
    where: {
      AND: [
        where,
        first === null ? {} : { OR: [{ at: { lt: first.at } }, { at: first.at, id: { lt: first.id } }] },
        last === null ? {} : { OR: [{ at: { gt: last.at } }, { at: last.at, id: { gt: last.id } }] },
      ],
    },
    orderBy: [{ at: direction }, { id: direction }],
    take: limit,
  });
}
