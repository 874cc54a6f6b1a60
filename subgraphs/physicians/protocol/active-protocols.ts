import { NotFound } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import type { Prisma } from '#prisma/generated/physicians/client.ts';
import { builder } from '../builder.ts';
import { todayOf } from '../lapse.ts';
import { ProtocolVersion, visibleTo } from './protocol-version.ts';
import { readSigners } from './read-lapses.ts';

builder.queryField('activeProtocols', (t) =>
  t.prismaConnection({
    type: ProtocolVersion,
    cursor: 'id',
    nullable: true,
    description:
      'The protocol versions for a service that are in force at a clinic today, newest first; not those whose signers may not answer for the clinic.',
    authScopes: { may: 'protocol:read' },
    args: {
      clinicId: t.arg.id({ required: true, description: 'The clinic.' }),
      service: t.arg.string({ required: true, description: 'Code of the service, for example weight-loss.' }),
    },
    resolve: async (query, _root, args, ctx) => {
      const clinicId = fromId('clinic', args.clinicId);
      if (!ctx.actor.places('protocol:read').includes(clinicId)) throw new NotFound();
      const today = todayOf(ctx.now());
      const where: Prisma.ProtocolVersionWhereInput = {
        AND: [visibleTo(ctx, ['protocol:read'])],
        protocol: { service: args.service, clinics: { some: { clinicId } } },
        status: 'ACTIVE',
        effectiveFrom: { lte: today },
        expiresOn: { gte: today },
      };
      const signed = await ctx.db.protocolVersion.findMany({ where, select: { id: true } });
      const ids = signed.map(({ id }) => id);
      const signers = await readSigners(ctx, ctx.db, ids);
      // First those that hold, then the page of them: a page would be short of what was taken out afterwards.
      const held = ids.filter((_id, index) => !signers[index]?.lapses.some((lapse) => lapse.clinicId === clinicId));
      return ctx.db.protocolVersion.findMany({ ...query, where: { id: { in: held } }, orderBy: { id: 'desc' } });
    },
  }),
);
