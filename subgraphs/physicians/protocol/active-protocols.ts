import { NotFound } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import type { Prisma } from '#prisma/generated/physicians/client.ts';
import { builder, type Context } from '../builder.ts';
import { todayOf } from '../lapse.ts';
import { ProtocolVersion, shownProtocolStatus, visibleTo } from './protocol-version.ts';
import { readSigners } from './read-lapses.ts';

const clinicId = { required: true, description: 'The clinic.' } as const;

builder.queryField('activeProtocols', (t) =>
  t.prismaConnection({
    type: ProtocolVersion,
    cursor: 'id',
    nullable: true,
    description:
      'The protocol versions for a service that are in force at a clinic today, newest first; not those whose signers may not answer for the clinic.',
    authScopes: { may: 'protocol:read' },
    args: {
      clinicId: t.arg.id(clinicId),
      service: t.arg.string({ required: true, description: 'Code of the service, for example weight-loss.' }),
    },
    resolve: async (query, _root, args, ctx) => {
      const held = await inForceAt(ctx, args.clinicId, { kind: 'PROTOCOL', service: args.service });
      return ctx.db.protocolVersion.findMany({ ...query, where: { id: { in: held } }, orderBy: { id: 'desc' } });
    },
  }),
);

builder.queryField('standingOrders', (t) =>
  t.prismaConnection({
    type: ProtocolVersion,
    cursor: 'id',
    nullable: true,
    description:
      'The standing orders that are in force at a clinic today, newest first: what may be done there without a fresh order for each act, after an exam in force.',
    authScopes: { may: 'protocol:read' },
    args: {
      clinicId: t.arg.id(clinicId),
      service: t.arg.string({ description: 'Code of a service, to see its standing orders only.' }),
    },
    resolve: async (query, _root, args, ctx) => {
      const held = await inForceAt(ctx, args.clinicId, {
        kind: 'STANDING_ORDER',
        ...(args.service == null ? {} : { service: args.service }),
      });
      return ctx.db.protocolVersion.findMany({ ...query, where: { id: { in: held } }, orderBy: { id: 'desc' } });
    },
  }),
);

/** The stored ids of the versions that hold at a clinic today. First those that hold, then the page of them: a page would be short of what was taken out afterwards. */
async function inForceAt(ctx: Context, clinic: string, of: Prisma.ProtocolWhereInput): Promise<string[]> {
  const id = fromId('clinic', clinic);
  if (!ctx.actor.places('protocol:read').includes(id)) throw new NotFound();
  const today = todayOf(ctx.now());
  const signed = await ctx.db.protocolVersion.findMany({
    where: {
      AND: [visibleTo(ctx, ['protocol:read'])],
      ...{ protocol: { ...of, clinics: { some: { clinicId: id } } }, status: 'ACTIVE' },
      ...{ effectiveFrom: { lte: today }, expiresOn: { gte: today } },
    },
    select: { id: true, status: true, expiresOn: true },
  });
  const standing = await readSigners(
    ctx,
    ctx.db,
    signed.map((version) => version.id),
  );
  return signed.flatMap((version, index) => {
    const how = standing[index];
    if (how === undefined) return [];
    const isHeld = !how.lapses.some((lapse) => lapse.clinicId === id);
    return shownProtocolStatus({ ...version, supersededOn: how.supersededOn }, ctx.now(), isHeld) === 'ACTIVE' ? [version.id] : [];
  });
}
