/** For the other subgraphs: a protocol version as gates see one. What it says stays here. */

import { toId, tryId } from '#kernel/ids.ts';
import { builder } from '../builder.ts';
import { DoseLimitFacts, readDoseLimits } from './dose-limits.ts';
import { ProtocolKind, ProtocolStatus } from '../protocol/protocol-version.ts';
import { groundOf, type ProtocolToday, protocolToday, readProtocols } from './known-protocol.ts';

/** All but the content: gates need to know that a protocol holds, and of what it says the most that is given. */
export const ProtocolFacts = builder.objectRef<ProtocolToday>('ProtocolFacts').implement({
  description: 'For the other subgraphs: a protocol version as gates see one.',
  authScopes: { may: 'authority-facts:read' },
  fields: (t) => ({
    id: t.id({ resolve: (version) => toId('protocolVersion', version.id), description: 'The version’s id.' }),
    clinicIds: t.field({
      type: ['ID'],
      resolve: ({ clinicIds }) => clinicIds.map((clinicId) => toId('clinic', clinicId)),
      description: 'The clinics that work by it, but for those where one who signed for them may not answer for it today.',
    }),
    kind: t.field({
      type: ProtocolKind,
      resolve: ({ kind }) => kind as typeof ProtocolKind.$inferType,
      description: 'Whether it is a protocol or a standing order.',
    }),
    service: t.exposeString('service', { description: 'Code of the service it is for.' }),
    version: t.exposeString('version', { description: 'Which version of the protocol.' }),
    title: t.exposeString('title', { description: 'Title.' }),
    status: t.expose('status', {
      type: ProtocolStatus,
      description: 'Where it stands today; among a clinic’s protocols, where it stands there.',
    }),
    effectiveFrom: t.expose('effectiveFrom', { type: 'Date', description: 'The first day it is in force.' }),
    expiresOn: t.expose('expiresOn', {
      type: 'Date',
      description: 'The last day it is in force: its own last, or the day before another version takes over.',
    }),
    digest: t.exposeString('digest', { description: 'The digest that was signed.' }),
    doseLimits: t.field({
      type: [DoseLimitFacts],
      nullable: true,
      resolve: async ({ id }, _args, ctx) => {
        const limits = await readDoseLimits(ctx, id);
        return limits === null ? null : [...limits];
      },
      description: 'The most it lets be given of each drug; empty where it limits none, null where that cannot be read.',
    }),
  }),
});

builder.queryField('protocolFacts', (t) =>
  t.field({
    type: ProtocolFacts,
    nullable: true,
    description:
      'For the other subgraphs: one protocol version; null when there is none. A standing order is none: no exam or order stands on it.',
    authScopes: { may: 'authority-facts:read' },
    args: { id: t.arg.id({ required: true, description: 'The version’s id.' }) },
    resolve: async (_root, { id }, ctx) => {
      const uuid = tryId('protocolVersion', id);
      const [protocol] = uuid === null ? [] : await readProtocols(ctx, { id: uuid });
      return protocol?.kind !== 'PROTOCOL' ? null : protocolToday(protocol, await groundOf(ctx, protocol), ctx.now());
    },
  }),
);
