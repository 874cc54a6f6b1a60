import { NotFound } from '#kernel/errors.ts';
import { fromId, toId } from '#kernel/ids.ts';
import { builder, graph } from '../builder.ts';
import { Clinic } from '../references.ts';
import { type delegationStatuses, shownDelegationStatus } from './delegation-status.ts';
import { protocolStatusAt } from './protocol-of.ts';
import { worksHere } from './works-here.ts';

/** Whether a delegation carries anything. */
export const DelegationStatus = builder.enumType('DelegationStatus', {
  description: 'What a delegation counts as today.',
  values: {
    UPCOMING: { description: 'Its first day has not come.' },
    ACTIVE: { description: 'In force, and so is what it stands on.' },
    SUSPENDED: {
      description:
        'A licence, insurance, the engagement, the training or the protocol it stands on has lapsed, the delegate no longer works there, or a side is on a list of excluded persons. It comes back with what lapsed.',
    },
    EXPIRED: { description: 'Its last day is over.' },
    REVOKED: { description: 'It was taken back.' },
  } satisfies Record<(typeof delegationStatuses)[number], object>,
});

const licenses = { include: { standings: true } } as const;

/** A delegation names persons, not roles. */
export const Delegation = builder.prismaObject('Delegation', {
  description: 'What a physician lets a named person do at a clinic.',
  authScopes: { may: 'delegation:read' },
  fields: (t) => ({
    id: t.id({ resolve: (delegation) => toId('delegation', delegation.id), description: 'The delegation’s id.' }),
    clinic: t.field({
      type: Clinic,
      nullable: true,
      resolve: ({ clinicId }) => ({ id: toId('clinic', clinicId) }),
      description: 'Where.',
    }),
    service: t.exposeString('service', { description: 'Code of the service.' }),
    device: t.exposeString('device', {
      nullable: true,
      description: 'Code of the one device it is for; empty where it is for the service whatever the device.',
    }),
    delegate: t.relation('delegate', { description: 'Who may do it.' }),
    delegator: t.relation('delegator', { description: 'The physician who lets them.' }),
    level: t.exposeInt('level', {
      description: 'How closely it is supervised: 1 in the room, 2 on the premises, 3 off site and reachable at once, 4 on their own.',
    }),
    protocolVersion: t.relation('protocolVersion', { description: 'How it is done.' }),
    states: t.field({ type: [graph.UsState], resolve: ({ states }) => states, description: 'The states it reaches.' }),
    startsOn: t.expose('startsOn', { type: 'Date', description: 'The first day.' }),
    endsOn: t.expose('endsOn', { type: 'Date', description: 'The last day.' }),
    limits: t.exposeString('limits', { nullable: true, description: 'What it does not reach: doses, areas, ages.' }),
    status: t.field({
      type: DelegationStatus,
      select: {
        delegate: {
          select: { credential: true, screenings: true, policies: true, licenses, competencies: { include: { withdrawal: true } } },
        },
        delegator: { select: { credential: true, screenings: true, policies: true, licenses, engagements: true } },
      },
      resolve: async ({ clinicId, service, ...delegation }, _args, ctx) =>
        shownDelegationStatus(
          {
            ...delegation,
            service,
            worksThere: await worksHere(ctx, delegation.delegateId, clinicId),
            engagements: delegation.delegator.engagements.filter((engagement) => engagement.clinicId === clinicId),
            competencies: delegation.delegate.competencies.filter(
              (competency) => competency.service === service && competency.device === delegation.device && competency.withdrawal === null,
            ),
            protocolStatus: await protocolStatusAt(ctx, delegation, clinicId),
          },
          ctx.now(),
        ),
      description: 'What it counts as today. Whether somebody may act by it, and why not, is answered by mayPerform.',
    }),
    delegatedAt: t.expose('delegatedAt', { type: 'DateTime', description: 'When it was given.' }),
    revokedAt: t.expose('revokedAt', { type: 'DateTime', nullable: true, description: 'When it was taken back; empty when it was not.' }),
    revocationReason: t.exposeString('revocationReason', { nullable: true, description: 'Why it was taken back.' }),
  }),
});

builder.queryField('delegations', (t) =>
  t.prismaConnection({
    type: Delegation,
    cursor: 'id',
    nullable: true,
    description: 'What is or was delegated at a clinic, newest first.',
    authScopes: { may: 'delegation:read' },
    args: {
      clinicId: t.arg.id({ required: true, description: 'The clinic.' }),
      delegateId: t.arg.id({ description: 'Only what was delegated to this person.' }),
    },
    resolve: (query, _root, args, ctx) => {
      const clinicId = fromId('clinic', args.clinicId);
      if (!ctx.actor.places('delegation:read').includes(clinicId)) throw new NotFound();
      const delegateId = args.delegateId == null ? undefined : fromId('practitioner', args.delegateId);
      return ctx.db.delegation.findMany({ ...query, where: { clinicId, delegateId }, orderBy: { id: 'desc' } });
    },
  }),
);
