import { toId } from '#kernel/ids.ts';
import { builder, type Ctx, graph } from '../builder.ts';
import { stands, suspended } from './entity-attestations.ts';

function visibleTo(ctx: Ctx) {
  return { entityId: { in: [...ctx.actor.places('attestation:read')] } };
}

/** As its officers read it, and as gates elsewhere are told of it. */
export const Attestation = builder.prismaObject('Attestation', {
  description:
    'What an entity’s compliance officer put their name to. It confirms or fills in a rule; it never turns a failure into a pass.',
  authScopes: { may: ['attestation:read', 'clinic-facts:read'] },
  fields: (t) => ({
    id: t.id({ resolve: (attestation) => toId('attestation', attestation.id), description: 'Id of the attestation.' }),
    entity: t.relation('entity', { description: 'Whose word it is.' }),
    jurisdiction: t.exposeString('jurisdiction', { description: 'State code, or US.' }),
    ruleId: t.exposeString('ruleId', { description: 'The rule as rule results name it.' }),
    value: t.field({
      type: 'JSON',
      nullable: true,
      resolve: (attestation) => attestation.value,
      description: 'Null confirms the recorded value or its condition; otherwise the value set where none is recorded.',
    }),
    note: t.exposeString('note', { description: 'The officer’s reason.' }),
    attestedBy: t.exposeString('attestedByName', { description: 'The officer.' }),
    attestedAt: t.field({ type: 'DateTime', resolve: (attestation) => attestation.attestedAt, description: 'When it was given.' }),
    expiresOn: t.field({
      type: 'Date',
      nullable: true,
      resolve: (attestation) => attestation.expiresOn,
      description: 'Last day on which it stands; null until revoked.',
    }),
    packVersion: t.exposeString('packVersion', {
      description: 'The release of the rule packs it was given under. It is suspended once the rule has changed in a later one.',
    }),
    revokedAt: t.field({
      type: 'DateTime',
      nullable: true,
      resolve: (attestation) => attestation.revokedAt,
      description: 'When it was taken back; null while it stands.',
    }),
    revokedBy: t.exposeString('revokedByName', { nullable: true, description: 'Who took it back.' }),
    revocationNote: t.exposeString('revocationNote', { nullable: true, description: 'Why it was taken back.' }),
    standing: t.boolean({
      resolve: (attestation, _args, ctx) => stands(attestation, ctx.now()),
      description: 'Whether it stands now: neither expired nor taken back. A later one of the same rule replaces it all the same.',
    }),
    suspended: t.boolean({
      resolve: (attestation, _args, ctx) => suspended(attestation, ctx.now()),
      description: 'Whether its rule has changed since it was given. It counts for nothing until the rule is attested anew.',
    }),
  }),
});

builder.queryField('attestations', (t) =>
  t.prismaConnection(
    {
      type: 'Attestation',
      cursor: 'id',
      description: 'The attestations of the caller’s entities, newest first, revoked ones included.',
      authScopes: { may: 'attestation:read' },
      args: { state: t.arg({ type: graph.UsState, description: 'Only those about this state.' }) },
      resolve: (query, _root, { state }, ctx) =>
        ctx.db.attestation.findMany({
          ...query,
          where: { AND: [visibleTo(ctx), state ? { jurisdiction: state } : {}] },
          orderBy: [{ attestedAt: 'desc' }, { id: 'desc' }],
        }),
    },
    { name: 'AttestationConnection' },
    { name: 'AttestationEdge' },
  ),
);
