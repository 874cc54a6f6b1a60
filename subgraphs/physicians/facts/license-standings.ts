/** For the other subgraphs: everything recorded of licences, so that they can tell which of their own records a change touches. */

import { toId, tryId } from '#kernel/ids.ts';
import type { Prisma } from '#prisma/generated/physicians/client.ts';
import { builder, graph } from '../builder.ts';
import { covers } from '../license/license-standing.ts';
import { LicenseType } from '../license/license.ts';
import { BoardStatus, inRecordedOrder } from '../license/standing.ts';

const authScopes = { may: 'authority-facts:read' } as const;

type Recorded = Prisma.LicenseGetPayload<{ include: { standings: true; renewals: true } }>;

/** One entry of a licence's history, for a neighbour to judge. */
export const StandingFacts = builder
  .objectRef<Pick<Recorded['standings'][number], 'status' | 'effectiveFrom' | 'effectiveTo' | 'recordedAt'>>('LicenseStandingFacts')
  .implement({
    description: 'For the other subgraphs: one entry of a licence’s history.',
    authScopes,
    runScopesOnType: true,
    fields: (t) => ({
      status: t.field({
        type: BoardStatus,
        resolve: (standing) => standing.status as typeof BoardStatus.$inferType,
        description: 'What the licence was.',
      }),
      effectiveFrom: t.expose('effectiveFrom', { type: 'Date', description: 'The first day it holds for.' }),
      effectiveTo: t.expose('effectiveTo', {
        type: 'Date',
        nullable: true,
        description: 'The last day it holds for; empty for one without end.',
      }),
      recordedAt: t.expose('recordedAt', { type: 'DateTime', description: 'When it became known.' }),
    }),
  });

/** A further term of a licence, for a neighbour to judge. */
export const RenewalFacts = builder
  .objectRef<Omit<Recorded['renewals'][number], 'id' | 'licenseId' | 'practitionerId' | 'recordedBy'>>('LicenseRenewalFacts')
  .implement({
    description: 'For the other subgraphs: a further term of a licence.',
    authScopes,
    runScopesOnType: true,
    fields: (t) => ({
      formerLastDay: t.expose('formerLastDay', { type: 'Date', description: 'What its last day was on record until then.' }),
      startsOn: t.expose('startsOn', { type: 'Date', description: 'The first day of the new term.' }),
      expiresOn: t.expose('expiresOn', { type: 'Date', description: 'The last day of the new term.' }),
      recordedAt: t.expose('recordedAt', { type: 'DateTime', description: 'When it became known.' }),
    }),
  });

const HistoryFacts = builder.objectRef<Recorded>('LicenseHistoryFacts').implement({
  description: 'For the other subgraphs: a licence with everything recorded of it.',
  authScopes,
  runScopesOnType: true,
  fields: (t) => ({
    id: t.id({ resolve: (license) => toId('license', license.id), description: 'The licence’s id.' }),
    practitionerId: t.id({ resolve: (license) => toId('practitioner', license.practitionerId), description: 'Who holds it.' }),
    state: t.field({ type: graph.UsState, resolve: (license) => license.state, description: 'The state that gave it.' }),
    number: t.exposeString('number', { description: 'Its number at the board.' }),
    type: t.field({
      type: LicenseType,
      resolve: (license) => license.type as typeof LicenseType.$inferType,
      description: 'What it permits.',
    }),
    issuedOn: t.expose('issuedOn', { type: 'Date', description: 'The day it was given.' }),
    expiresOn: t.expose('expiresOn', { type: 'Date', description: 'The last day of its term.' }),
    standings: t.field({
      type: [StandingFacts],
      resolve: (license) => license.standings,
      description: 'In the order of recording: of those that cover a day, the last one recorded decides.',
    }),
    renewals: t.field({
      type: [RenewalFacts],
      resolve: (license) => license.renewals,
      description: 'Its further terms, in the order of recording: only those recorded by a moment were known then.',
    }),
  }),
});

builder.queryField('licenseStandings', (t) =>
  t.field({
    type: [HistoryFacts],
    description: 'For the other subgraphs: the history of licences, in the order asked for; those that do not exist are left out.',
    authScopes,
    args: {
      ids: t.arg.idList({ required: true, description: 'The licences’ ids.' }),
      on: t.arg({ type: 'Date', description: 'Only what was recorded of this day.' }),
    },
    resolve: async (_root, { ids, on }, ctx) => {
      const uuids = ids.flatMap((id) => tryId('license', id) ?? []);
      const rows = await ctx.db.license.findMany({
        where: { id: { in: uuids } },
        include: { standings: inRecordedOrder, renewals: { orderBy: [{ recordedAt: 'asc' }, { id: 'asc' }] } },
      });
      const byId = new Map(rows.map((row) => [row.id, row]));
      const found = uuids.flatMap((uuid) => byId.get(uuid) ?? []);
      return on == null
        ? found
        : found.map((license) => ({ ...license, standings: license.standings.filter((standing) => covers(standing, on)) }));
    },
  }),
);
