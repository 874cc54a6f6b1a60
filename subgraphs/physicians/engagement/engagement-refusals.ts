import { Refusal } from '#kernel/errors.ts';
import { toId } from '#kernel/ids.ts';
import type { CollaborativeAgreement } from '#prisma/generated/physicians/client.ts';
import { builder, graph, type Tx } from '../builder.ts';
import { living } from './engagement-moves.ts';

/** The same practitioner is engaged there in the same role on some of these days. */
export class OverlappingEngagement extends Refusal {
  readonly code = 'OVERLAPPING_ENGAGEMENT';
  readonly engagementId: string;
  constructor(engagementId: string) {
    super('The practitioner is already engaged by this clinic in this role on some of these days.');
    this.engagementId = engagementId;
  }
}

/** With the last day of this engagement, services lose the director they stand on. */
export class ClosesServices extends Refusal {
  readonly code = 'CLOSES_SERVICES';
  readonly services: readonly string[];
  readonly closesOn: string;
  constructor(services: readonly string[], closesOn: string) {
    super(`Without a successor ${services.join(', ')} would close on ${closesOn}. Engage a successor, or confirm.`);
    this.services = services;
    this.closesOn = closesOn;
  }
}

/** With the last day of this engagement, agreements lose the physician they are with, and people what they work under. */
export class StopsAgreements extends Refusal {
  readonly code = 'STOPS_AGREEMENTS';
  readonly agreements: readonly Stopping[];
  readonly stopsOn: string;
  constructor(agreements: readonly Stopping[], stopsOn: string) {
    super(
      `${agreements.length} collaborative agreements of this clinic would stop on ${stopsOn}. Agree with another physician, or confirm.`,
    );
    this.agreements = agreements;
    this.stopsOn = stopsOn;
  }
}

type Stopping = Pick<CollaborativeAgreement, 'id' | 'superviseeId'>;

builder.objectType(StopsAgreements, {
  name: 'StopsAgreements',
  description: 'Collaborative agreements would stop with an engagement: nothing was changed. Confirm with `confirmClosing`.',
  interfaces: [graph.RefusalInterface],
  fields: (t) => ({
    agreementIds: t.field({
      type: ['ID'],
      resolve: ({ agreements }) => agreements.map(({ id }) => toId('collaborativeAgreement', id)),
      description: 'The agreements that would stop.',
    }),
    practitionerIds: t.field({
      type: ['ID'],
      resolve: ({ agreements }) => [...new Set(agreements.map(({ superviseeId }) => toId('practitioner', superviseeId)))],
      description: 'Whoever works under them.',
    }),
    stopsOn: t.field({ type: 'Date', resolve: (refused) => refused.stopsOn, description: 'The first day without them.' }),
  }),
});

builder.objectType(OverlappingEngagement, {
  name: 'OverlappingEngagement',
  description: 'The practitioner is already engaged by this clinic in this role on some of these days.',
  interfaces: [graph.RefusalInterface],
  fields: (t) => ({
    engagementId: t.id({ resolve: (refused) => refused.engagementId, description: 'The engagement that stands in the way.' }),
  }),
});

builder.objectType(ClosesServices, {
  name: 'ClosesServices',
  description: 'An engagement would end without a successor: nothing was changed. Engage one, or confirm with `confirmClosing`.',
  interfaces: [graph.RefusalInterface],
  fields: (t) => ({
    services: t.field({
      type: ['String'],
      resolve: (refused) => [...refused.services],
      description: 'Codes of the services that would close.',
    }),
    closesOn: t.field({
      type: 'Date',
      resolve: (refused) => refused.closesOn,
      description: 'The first day on which they would be closed.',
    }),
  }),
});

/** Throws when an accepted engagement of the same person, clinic and role has a day in common with these. */
export async function requireNoOverlap(
  tx: Tx,
  term: {
    readonly id?: string;
    readonly clinicId: string;
    readonly practitionerId: string;
    readonly role: string;
    readonly startsOn: Date;
    readonly endsOn: Date | null;
  },
): Promise<void> {
  const { id, clinicId, practitionerId, role, startsOn, endsOn } = term;
  const other = await tx.engagement.findFirst({
    where: {
      ...{ clinicId, practitionerId, role, status: { in: living } },
      ...(id === undefined ? {} : { id: { not: id } }),
      ...(endsOn === null ? {} : { startsOn: { lte: endsOn } }),
      OR: [{ endsOn: null }, { endsOn: { gte: startsOn } }],
    },
    orderBy: { startsOn: 'asc' },
  });
  if (other !== null) throw new OverlappingEngagement(toId('engagement', other.id));
}
