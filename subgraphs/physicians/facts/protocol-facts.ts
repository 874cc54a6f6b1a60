/** For the other subgraphs: a protocol version as gates see one. What it says stays here. */

import { toId, tryId } from '#kernel/ids.ts';
import type { Prisma } from '#prisma/generated/physicians/client.ts';
import { builder, type Context } from '../builder.ts';
import { ProtocolStatus, shownProtocolStatus } from '../protocol/protocol-version.ts';

const withClinics = { protocol: { include: { clinics: { orderBy: { clinicId: 'asc' } } } } } satisfies Prisma.ProtocolVersionInclude;

/** A version with its protocol and the clinics that work by it. */
export type KnownProtocol = Prisma.ProtocolVersionGetPayload<{ include: typeof withClinics }>;

/** Every version of the protocols that any of these clinics works by, whatever its status. */
export function readProtocols(ctx: Context, clinicIds: readonly string[]): Promise<KnownProtocol[]> {
  return ctx.db.protocolVersion.findMany({
    where: { protocol: { clinics: { some: { clinicId: { in: [...clinicIds] } } } } },
    include: withClinics,
    orderBy: { id: 'asc' },
  });
}

/** All but the content: gates need to know that a protocol holds, not what it says. */
export const ProtocolFacts = builder.objectRef<KnownProtocol>('ProtocolFacts').implement({
  description: 'For the other subgraphs: a protocol version as gates see one.',
  authScopes: { may: 'authority-facts:read' },
  fields: (t) => ({
    id: t.id({ resolve: (version) => toId('protocolVersion', version.id), description: 'The version’s id.' }),
    clinicIds: t.field({
      type: ['ID'],
      resolve: (version) => version.protocol.clinics.map(({ clinicId }) => toId('clinic', clinicId)),
      description: 'The clinics that work by it.',
    }),
    service: t.string({ resolve: (version) => version.protocol.service, description: 'Code of the service it is for.' }),
    version: t.exposeString('version', { description: 'Which version of the protocol.' }),
    title: t.exposeString('title', { description: 'Title.' }),
    status: t.field({
      type: ProtocolStatus,
      resolve: (version, _args, ctx) => shownProtocolStatus(version, ctx.now()),
      description: 'Where it stands today.',
    }),
    effectiveFrom: t.expose('effectiveFrom', { type: 'Date', description: 'The first day it is in force.' }),
    expiresOn: t.expose('expiresOn', { type: 'Date', description: 'The last day it is in force.' }),
    digest: t.exposeString('digest', { description: 'The digest that was signed.' }),
  }),
});

builder.queryField('protocolFacts', (t) =>
  t.field({
    type: ProtocolFacts,
    nullable: true,
    description: 'For the other subgraphs: one protocol version; null when there is none.',
    authScopes: { may: 'authority-facts:read' },
    args: { id: t.arg.id({ required: true, description: 'The version’s id.' }) },
    resolve: (_root, { id }, ctx) => {
      const uuid = tryId('protocolVersion', id);
      return uuid === null ? null : ctx.db.protocolVersion.findUnique({ where: { id: uuid }, include: withClinics });
    },
  }),
);
