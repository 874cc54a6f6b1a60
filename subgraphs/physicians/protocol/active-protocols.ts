import { NotFound } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { builder } from '../builder.ts';
import { todayOf } from '../lapse.ts';
import { ProtocolVersion, visibleTo } from './protocol-version.ts';

builder.queryField('activeProtocols', (t) =>
  t.prismaConnection({
    type: ProtocolVersion,
    cursor: 'id',
    nullable: true,
    description: 'The protocol versions for a service that are in force at a clinic today, newest first.',
    authScopes: { may: 'protocol:read' },
    args: {
      clinicId: t.arg.id({ required: true, description: 'The clinic.' }),
      service: t.arg.string({ required: true, description: 'Code of the service, for example weight-loss.' }),
    },
    resolve: (query, _root, args, ctx) => {
      const clinicId = fromId('clinic', args.clinicId);
      if (!ctx.actor.places('protocol:read').includes(clinicId)) throw new NotFound();
      const today = todayOf(ctx.now());
      return ctx.db.protocolVersion.findMany({
        ...query,
        where: {
          AND: [visibleTo(ctx, ['protocol:read'])],
          protocol: { service: args.service, clinics: { some: { clinicId } } },
          status: 'ACTIVE',
          effectiveFrom: { lte: today },
          expiresOn: { gte: today },
        },
        orderBy: { id: 'desc' },
      });
    },
  }),
);
