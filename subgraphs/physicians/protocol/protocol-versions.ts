import { NotFound } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { builder } from '../builder.ts';
import { ProtocolKind, ProtocolVersion, visibleTo } from './protocol-version.ts';

builder.queryField('protocolVersions', (t) =>
  t.prismaConnection({
    type: ProtocolVersion,
    cursor: 'id',
    nullable: true,
    description:
      'Every version of every protocol and standing order that a clinic works by, newest first: drafts, what waits for signatures, and what is over.',
    authScopes: { may: 'protocol:read' },
    args: {
      clinicId: t.arg.id({ required: true, description: 'The clinic.' }),
      service: t.arg.string({ description: 'Code of a service, to see its protocols only.' }),
      kind: t.arg({ type: ProtocolKind, description: 'Only protocols, or only standing orders.' }),
    },
    resolve: (query, _root, args, ctx) => {
      const clinicId = fromId('clinic', args.clinicId);
      if (!ctx.actor.places('protocol:read').includes(clinicId)) throw new NotFound();
      return ctx.db.protocolVersion.findMany({
        ...query,
        where: {
          AND: [visibleTo(ctx, ['protocol:read'])],
          protocol: {
            clinics: { some: { clinicId } },
            ...(args.service == null ? {} : { service: args.service }),
            ...(args.kind == null ? {} : { kind: args.kind }),
          },
        },
        orderBy: { id: 'desc' },
      });
    },
  }),
);
