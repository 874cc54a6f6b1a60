/** For the other subgraphs: who answers for a clinic's care, and by which protocols it works. */

import { toId, tryId } from '#kernel/ids.ts';
import type { Prisma } from '#prisma/generated/physicians/client.ts';
import { builder, type Context } from '../builder.ts';
import { EngagementModel, EngagementRole, EngagementStatus, shownEngagementStatus } from '../engagement/engagement.ts';
import { PractitionerFacts } from './practitioner-facts.ts';
import { type KnownProtocol, type ProtocolToday, protocolTodayAt, readProtocols } from './known-protocol.ts';
import { ProtocolFacts } from './protocol-facts.ts';
import { type KnownPractitioner, readPractitioners } from './read-practitioners.ts';

const authScopes = { may: 'authority-facts:read' } as const;

// What gates and the authority of signers ask of an engagement, and no more: an MSO has hundreds.
const asked = {
  ...{ id: true, clinicId: true, practitionerId: true, role: true, model: true, services: true, states: true },
  ...{ status: true, startsOn: true, endsOn: true, closedAs: true, auditDueOn: true },
} satisfies Prisma.EngagementSelect;

interface KnownEngagement extends Prisma.EngagementGetPayload<{ select: typeof asked }> {
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
  runScopesOnType: true,
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
    practitionerId: t.id({
      resolve: ({ practitionerId }) => toId('practitioner', practitionerId),
      description: 'The id of who is engaged.',
    }),
    practitioner: t.field({ type: PractitionerFacts, resolve: (engagement) => engagement.practitioner, description: 'Who is engaged.' }),
  }),
});

const ClinicOversight = builder.objectRef<Oversight>('ClinicOversight').implement({
  description: 'For the other subgraphs: who and what a clinic’s care stands on.',
  authScopes,
  runScopesOnType: true,
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

interface Known {
  readonly oversight: readonly Oversight[];
  readonly practitioners: readonly KnownPractitioner[];
}

/** One read for both fields of a request that asks for the same clinics. */
const reads = new WeakMap<Context, Map<string, Promise<Known>>>();

function oversightOf(ctx: Context, ids: readonly string[]): Promise<Known> {
  const clinicIds = [...new Set(ids.flatMap((id) => tryId('clinic', id) ?? []))];
  const read = reads.get(ctx) ?? new Map<string, Promise<Known>>();
  reads.set(ctx, read);
  const key = clinicIds.join(' ');
  const answer = read.get(key) ?? readOversight(ctx, clinicIds);
  read.set(key, answer);
  return answer;
}

async function readOversight(ctx: Context, clinicIds: readonly string[]): Promise<Known> {
  if (clinicIds.length === 0) return { oversight: [], practitioners: [] };
  const now = ctx.now();
  const engagements = await ctx.db.engagement.findMany({
    where: { clinicId: { in: [...clinicIds] } },
    select: asked,
    orderBy: { id: 'asc' },
  });
  const practitioners = await readPractitioners(
    ctx,
    engagements.map(({ practitionerId }) => practitionerId),
  );
  const protocols = await readProtocols(ctx, { clinicIds });
  const licenses = [...practitioners.values()].flatMap((practitioner) => practitioner.licenses);
  const screenings = [...practitioners.values()].flatMap((practitioner) => practitioner.screenings);
  const engagedAt = Map.groupBy(engagements, ({ clinicId }) => clinicId);
  const usedAt = new Map<string, KnownProtocol[]>(clinicIds.map((id) => [id, []]));
  for (const protocol of protocols) for (const clinicId of protocol.clinicIds) usedAt.get(clinicId)?.push(protocol);
  const oversight = clinicIds.map((clinicId): Oversight => {
    const here = engagedAt.get(clinicId) ?? [];
    // Who signs for a clinic is engaged there, so its own engagements are ground enough.
    const ground = { engagements: here, licenses, screenings };
    return {
      clinicId,
      engagements: here.flatMap((engagement) => {
        const practitioner = practitioners.get(engagement.practitionerId);
        return practitioner === undefined ? [] : [{ ...engagement, practitioner }];
      }),
      protocols: (usedAt.get(clinicId) ?? []).map((protocol) => protocolTodayAt(protocol, clinicId, ground, now)),
    };
  });
  return { oversight, practitioners: [...practitioners.values()] };
}

const clinicIdsArg = { required: true, description: 'The clinics’ ids.' } as const;

builder.queryField('oversight', (t) =>
  t.field({
    type: [ClinicOversight],
    description: 'For the other subgraphs: the oversight of clinics, in the order asked for. A clinic without any has empty lists.',
    authScopes,
    args: { clinicIds: t.arg.idList(clinicIdsArg) },
    resolve: async (_root, { clinicIds }, ctx) => [...(await oversightOf(ctx, clinicIds)).oversight],
  }),
);

builder.queryField('engagedPractitioners', (t) =>
  t.field({
    type: [PractitionerFacts],
    description:
      'For the other subgraphs: everybody engaged at these clinics, each once, however many engagements they have. Asked beside `oversight`.',
    authScopes,
    args: { clinicIds: t.arg.idList(clinicIdsArg) },
    resolve: async (_root, { clinicIds }, ctx) => [...(await oversightOf(ctx, clinicIds)).practitioners],
  }),
);

interface WorkedBy {
  readonly protocol: ProtocolToday;
  readonly clinicIds: string[];
}

const ClinicsProtocolFacts = builder.objectRef<WorkedBy>('ClinicsProtocolFacts').implement({
  description: 'For the other subgraphs: a protocol version, and the clinics at which it stands like this.',
  authScopes,
  runScopesOnType: true,
  fields: (t) => ({
    protocol: t.field({
      type: ProtocolFacts,
      resolve: ({ protocol }) => protocol,
      description: 'The version as it stands at these clinics.',
    }),
    at: t.field({ type: ['ID'], resolve: ({ clinicIds }) => clinicIds.map((id) => toId('clinic', id)), description: 'The clinics’ ids.' }),
  }),
});

/** Versions with the clinics where each stands alike: one serves many clinics, and is told of once for all of them. */
function workedBy(oversight: readonly Oversight[]): WorkedBy[] {
  const alike = new Map<string, WorkedBy>();
  for (const { clinicId, protocols } of oversight) {
    for (const protocol of protocols.filter(({ kind }) => kind === 'PROTOCOL')) {
      const key = [protocol.id, protocol.status, protocol.effectiveFrom.getTime(), protocol.expiresOn.getTime()].join(' ');
      const known = alike.get(key);
      if (known === undefined) alike.set(key, { protocol, clinicIds: [clinicId] });
      else known.clinicIds.push(clinicId);
    }
  }
  return [...alike.values()];
}

builder.queryField('clinicsProtocols', (t) =>
  t.field({
    type: [ClinicsProtocolFacts],
    description:
      'For the other subgraphs: the protocols these clinics work by, each once for all clinics where it stands alike. Asked beside `oversight`.',
    authScopes,
    args: { clinicIds: t.arg.idList(clinicIdsArg) },
    resolve: async (_root, { clinicIds }, ctx) => workedBy((await oversightOf(ctx, clinicIds)).oversight),
  }),
);
