import { toId, tryId } from '#kernel/ids.ts';
import type { Permission } from '#kernel/permissions.ts';
import type { Prisma } from '#prisma/generated/physicians/client.ts';
import { builder, type Context } from '../builder.ts';
import { statusOn } from '../lapse.ts';
import { knowing } from './knowing.ts';
import { ProtocolLapse, ProtocolSigner } from './protocol-signer.ts';
import { signersToday } from './read-lapses.ts';

/** The life of a protocol version. */
export const ProtocolStatus = builder.enumType('ProtocolStatus', {
  description: 'Where a protocol version stands.',
  values: {
    DRAFT: { description: 'Being written.' },
    IN_REVIEW: { description: 'Being read by those who will sign it.' },
    AWAITING_SIGNATURES: { description: 'Finished; a required signature is missing.' },
    ACTIVE: { description: 'Signed by everyone who must.' },
    SUSPENDED: {
      description:
        'Out of force: it was suspended, or at each of its clinics that the caller knows of a signer may not answer for it today.',
    },
    RETIRED: { description: 'Withdrawn, or followed by another version.' },
    EXPIRED: { description: 'Its last day is over.' },
  },
});

/** What a version is a version of. */
export const ProtocolKind = builder.enumType('ProtocolKind', {
  description: 'What a version is a version of.',
  values: {
    PROTOCOL: { description: 'How a clinic does a service. Exams and orders stand on it.' },
    STANDING_ORDER: {
      description:
        'What named credentials do of a service without a fresh order for each act, after an exam in force. No order stands on it.',
    },
  },
});

/** The versions a caller can see at all: those of protocols that a clinic of theirs works by. */
export function visibleTo(ctx: Context, by: readonly Permission[] = knowing): Prisma.ProtocolVersionWhereInput {
  if (by === knowing && ctx.actor.everywhere('authority-facts:read')) return {};
  const clinicIds = by.flatMap((permission) => ctx.actor.places(permission));
  return { protocol: { clinics: { some: { clinicId: { in: clinicIds } } } } };
}

/** A version as far as its status goes. */
export interface Standing {
  readonly status: string;
  readonly expiresOn: Date;
  /** The day on which another version takes over; null while none does. */
  readonly supersededOn: Date | null;
}

/**
 * The status to show: a version past its last day is EXPIRED, one that another took over from is RETIRED, and one whose signers may not
 * answer for it today is SUSPENDED, whatever the row says. One that was suspended stays so: it was stopped, and not merely followed.
 */
export function shownProtocolStatus(version: Standing, now: Date, isHeld = true): typeof ProtocolStatus.$inferType {
  const { supersededOn, expiresOn } = version;
  if (version.status === 'ACTIVE' && supersededOn !== null && supersededOn <= now && supersededOn <= expiresOn) return 'RETIRED';
  const record = { status: version.status === 'ACTIVE' && !isHeld ? 'SUSPENDED' : version.status, lastDay: version.expiresOn };
  return statusOn(record, { good: ['ACTIVE', 'SUSPENDED'], ended: 'EXPIRED' }, now) as typeof ProtocolStatus.$inferType;
}

const Signature = builder.prismaObject('ProtocolSignature', {
  description: 'That a practitioner signed a protocol version.',
  authScopes: { may: [...knowing] },
  fields: (t) => ({
    practitioner: t.relation('practitioner', { description: 'Who signed.' }),
    digest: t.exposeString('digest', { description: 'The digest that was signed.' }),
    signedAt: t.expose('signedAt', { type: 'DateTime', description: 'When.' }),
  }),
});

/** A protocol version. An order or exam binds the exact version, so a change is always another version. */
export const ProtocolVersion = builder.prismaObject('ProtocolVersion', {
  description: 'One version of how a clinic does a service.',
  directives: { key: { fields: 'id' } },
  authScopes: { may: [...knowing] },
  extensions: {
    apollo: {
      subgraph: {
        resolveReference: ({ id }: { id: string }, ctx: Context) => {
          const uuid = tryId('protocolVersion', id);
          return uuid === null ? null : ctx.load('protocolVersion', uuid, visibleTo(ctx));
        },
      },
    },
  },
  fields: (t) => ({
    id: t.id({ resolve: (version) => toId('protocolVersion', version.id), description: 'The version’s id.' }),
    service: t.string({
      select: { protocol: { select: { service: true } } },
      resolve: (version) => version.protocol.service,
      description: 'Code of the service it is for.',
    }),
    kind: t.field({
      type: ProtocolKind,
      select: { protocol: { select: { kind: true } } },
      resolve: (version) => version.protocol.kind as typeof ProtocolKind.$inferType,
      description: 'Whether it is a protocol or a standing order.',
    }),
    version: t.exposeString('version', { description: 'Which version of the protocol.' }),
    title: t.exposeString('title', { description: 'Title.' }),
    status: t.field({
      type: ProtocolStatus,
      resolve: async (version, _args, ctx) => {
        const { heldNowhere, supersededOn } = await signersToday(ctx, version.id);
        return shownProtocolStatus({ ...version, supersededOn }, ctx.now(), !heldNowhere);
      },
      description: 'Where it stands today.',
    }),
    effectiveFrom: t.expose('effectiveFrom', { type: 'Date', description: 'The first day it is in force.' }),
    expiresOn: t.expose('expiresOn', { type: 'Date', description: 'The last day it is in force, unless another takes over before.' }),
    supersededOn: t.field({
      type: 'Date',
      nullable: true,
      resolve: async (version, _args, ctx) => (await signersToday(ctx, version.id)).supersededOn,
      description: 'The day on which another version of the same takes over, gone by or to come; empty while none does.',
    }),
    digest: t.exposeString('digest', {
      description: 'SHA-256 (hex) of its content as canonical JSON (RFC 8785): what the signers signed.',
    }),
    signatures: t.field({
      type: [Signature],
      select: (_args, _ctx, nested) => ({ signatures: { ...nested(), orderBy: { signedAt: 'asc' } } }),
      resolve: (version) => version.signatures,
      description: 'Who signed it.',
    }),
    signers: t.field({
      type: [ProtocolSigner],
      resolve: async (version, _args, ctx) => [...(await signersToday(ctx, version.id)).signers],
      description:
        'Who must sign it for the clinics that the caller knows of: fixed when it was submitted for signatures, and directors who signed later.',
    }),
    signaturesDue: t.field({
      type: [ProtocolSigner],
      resolve: async (version, _args, ctx) => [...(await signersToday(ctx, version.id)).due],
      description:
        'Who has yet to sign, and for which clinic: of those who must, and once it is in force the directors who came later. Where a director has left, it carries nothing until another there has signed.',
    }),
    lapses: t.field({
      type: [ProtocolLapse],
      resolve: async (version, _args, ctx) => [...(await signersToday(ctx, version.id)).lapses],
      description:
        'Which signers may not answer for it today, and where: it carries nothing at those clinics until they may again, or another director there answers for one who left.',
    }),
    note: t.string({
      nullable: true,
      authScopes: { may: 'protocol:read' },
      // At a clinic of this version, as its content: the right held elsewhere opens nothing here.
      resolve: async ({ id, note }, _args, ctx) =>
        note === null || (await ctx.db.protocolVersion.count({ where: { id, ...visibleTo(ctx, ['protocol:read']) } })) === 0 ? null : note,
      description: 'Why it was suspended or retired. Empty for those who may know of the protocol but not read it.',
    }),
    content: t.field({
      type: 'JSON',
      nullable: true,
      authScopes: { may: 'protocol:read' },
      description: 'What it says. Empty for those who may know of the protocol but not read it.',
      resolve: async (version, _args, ctx) => {
        const where = { versionId: version.id, version: visibleTo(ctx, ['protocol:read']) };
        return (await ctx.db.protocolContent.findFirst({ where }))?.content ?? null;
      },
    }),
  }),
});
