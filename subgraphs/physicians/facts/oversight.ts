/** For the other subgraphs: who answers for a clinic's care, and by which protocols it works. */

import { toId, tryId } from '#kernel/ids.ts';
import type { Prisma } from '#prisma/generated/physicians/client.ts';
import { builder } from '../builder.ts';
import { EngagementModel, EngagementRole, EngagementStatus, shownEngagementStatus } from '../engagement/engagement.ts';
import { PractitionerFacts } from './practitioner-facts.ts';
import { type ProtocolToday, protocolTodayAt, readProtocols } from './known-protocol.ts';
import { ProtocolFacts } from './protocol-facts.ts';
import { type KnownPractitioner, readPractitioners } from './read-practitioners.ts';

const authScopes = { may: 'authority-facts:read' } as const;

interface KnownEngagement extends Prisma.EngagementGetPayload<object> {
  readonly practitioner: KnownPractitioner;
}

interface Oversight {
  readonly clinicId: string;
  readonly engagements: readonly KnownEngagement[];
  readonly protocols: readonly ProtocolToday[];
}

const EngagementFacts = builder.objectRef<KnownEngagement>('EngagementFacts').implement({
  description: 'For the other subgraphs: an engagement with everything known of the practitioner.',
  authScopes,
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
    practitioner: t.field({ type: PractitionerFacts, resolve: (engagement) => engagement.practitioner, description: 'Who is engaged.' }),
  }),
});

const ClinicOversight = builder.objectRef<Oversight>('ClinicOversight').implement({
  description: 'For the other subgraphs: who and what a clinic’s care stands on.',
  authScopes,
  fields: (t) => ({
    clinicId: t.id({ resolve: ({ clinicId }) => toId('clinic', clinicId), description: 'The clinic’s id.' }),
    engagements: t.field({
      type: [EngagementFacts],
      resolve: ({ engagements }) => [...engagements],
      description: 'Every engagement, ended ones too.',
    }),
    protocols: t.field({
      type: [ProtocolFacts],
      resolve: ({ protocols }) => protocols.filter(({ kind }) => kind === 'PROTOCOL'),
      description: 'Every version of every protocol it works by.',
    }),
    standingOrders: t.field({
      type: [ProtocolFacts],
      resolve: ({ protocols }) => protocols.filter(({ kind }) => kind === 'STANDING_ORDER'),
      description: 'Every version of every standing order it has. None of them stands in for a protocol.',
    }),
  }),
});

builder.queryField('oversight', (t) =>
  t.field({
    type: [ClinicOversight],
    description: 'For the other subgraphs: the oversight of clinics, in the order asked for. A clinic without any has empty lists.',
    authScopes,
    args: { clinicIds: t.arg.idList({ required: true, description: 'The clinics’ ids.' }) },
    resolve: async (_root, args, ctx) => {
      const clinicIds = [...new Set(args.clinicIds.flatMap((id) => tryId('clinic', id) ?? []))];
      const engagements = await ctx.db.engagement.findMany({ where: { clinicId: { in: clinicIds } }, orderBy: { id: 'asc' } });
      const practitioners = await readPractitioners(
        ctx,
        engagements.map(({ practitionerId }) => practitionerId),
      );
      const protocols = await readProtocols(ctx, { clinicIds });
      const ground = { engagements, licenses: [...practitioners.values()].flatMap(({ licenses }) => licenses) };
      return clinicIds.map(
        (clinicId): Oversight => ({
          clinicId,
          engagements: engagements.flatMap((engagement) => {
            const practitioner = practitioners.get(engagement.practitionerId);
            return engagement.clinicId === clinicId && practitioner !== undefined ? [{ ...engagement, practitioner }] : [];
          }),
          protocols: protocols
            .filter((protocol) => protocol.clinicIds.includes(clinicId))
            .map((protocol) => protocolTodayAt(protocol, clinicId, ground, ctx.now())),
        }),
      );
    },
  }),
);
