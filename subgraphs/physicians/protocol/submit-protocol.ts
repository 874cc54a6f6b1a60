import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { Conflict, IllegalTransition, InvalidInput, NotFound, Unavailable } from '#kernel/errors.ts';
import { fromId, toId, tryId } from '#kernel/ids.ts';
import { requireMove } from '#kernel/states.ts';
import { builder, type Context } from '../builder.ts';
import { hasLapsed } from '../lapse.ts';
import { homeOf } from './draft-protocol-version.ts';
import { lockOwnVersion } from './own-version.ts';
import { protocolMoves } from './protocol-moves.ts';
import { ProtocolVersion, visibleTo } from './protocol-version.ts';
import { clinicStates, requiredSigners, statesOf } from './required-signers.ts';

const Submission = builder.enumType('ProtocolSubmission', {
  description: 'What a version is submitted for.',
  values: {
    REVIEW: { description: 'A draft is to be read by those who will sign it.' },
    SIGNATURES: { description: 'It was read, and is to be signed. Who must sign is fixed with this.' },
  },
});

const SubmitProtocolInput = builder.inputType('SubmitProtocolInput', {
  description: 'What is submitted.',
  fields: (t) => ({
    versionId: t.id({ required: true, description: 'The version.' }),
    digest: t.string({
      required: true,
      description: 'The digest of what was read: if it says something else by now, nothing is submitted.',
    }),
    for: t.field({ type: Submission, required: true, description: 'What for.' }),
    supervisingPhysicianIds: t.idList({
      description:
        'Physicians who must sign besides the medical directors, each engaged at a clinic of the protocol; at most 20. For signatures only.',
    }),
  }),
  validate: z
    .object({
      digest: z.string().max(64, 'A digest has 64 characters.'),
      supervisingPhysicianIds: z.array(z.string()).max(20, 'At most 20 physicians are named.').nullish(),
    })
    .loose(),
});

builder.mutationField('submitProtocol', (t) =>
  t.field({
    description:
      'Submits a draft for review, and what was reviewed for signatures: every medical director engaged at one of its clinics must then sign it, and each supervising physician named.',
    type: ProtocolVersion,
    authScopes: { may: 'protocol:draft' },
    args: { input: t.arg({ type: SubmitProtocolInput, required: true, description: 'What is submitted.' }) },
    errors: {},
    resolve: async (_root, args, ctx, info) => {
      const { input } = args;
      const forSignatures = input.for === 'SIGNATURES';
      const states = forSignatures ? await askStates(ctx, input.versionId) : null;
      return ctx.write({ info, args, answer: 'protocolVersion' }, async (tx) => {
        const version = await lockOwnVersion(tx, ctx, input.versionId, 'protocol:draft');
        const to = forSignatures ? 'AWAITING_SIGNATURES' : 'IN_REVIEW';
        requireMove(protocolMoves, version.status, to);
        if (version.digest !== input.digest) throw new Conflict();
        if (hasLapsed(version.expiresOn, ctx.now())) throw new IllegalTransition('EXPIRED', to);
        const supervising = [...new Set((input.supervisingPhysicianIds ?? []).map((id) => fromId('practitioner', id)))];
        const clinicIds = version.protocol.clinics.map(({ clinicId }) => clinicId);
        if (forSignatures) {
          if (states === null || !clinicIds.every((clinicId) => states.has(clinicId))) throw new Unavailable();
          const signers = await requiredSigners(tx, { service: version.protocol.service, clinicIds, states, supervising }, ctx.now());
          await tx.protocolSigner.createMany({ data: signers.map((signer) => ({ ...signer, versionId: version.id })) });
        } else if (supervising.length > 0) {
          const message = 'Who must sign is named when it is submitted for signatures.';
          throw new InvalidInput([{ path: 'input.supervisingPhysicianIds', message }]);
        }
        const moved = await tx.protocolVersion.update({ where: { id: version.id }, data: { status: to } });
        await audit(tx, ctx, {
          ...{
            action: 'protocol.submitted',
            tenantId: homeOf(version.protocol).place,
            subjectKind: 'protocolVersion',
            subjectId: version.id,
          },
          detail: {
            was: version.status,
            status: to,
            digest: version.digest,
            supervising: supervising.map((id) => toId('practitioner', id)),
          },
        });
        return moved;
      });
    },
  }),
);

/** The states of the clinics of a version's protocol; null when nobody answered. Asked before anything is locked. */
async function askStates(ctx: Context, versionId: string): Promise<Map<string, string> | null> {
  const id = tryId('protocolVersion', versionId);
  const where = { AND: [visibleTo(ctx, ['protocol:draft'])] };
  const version = id === null ? null : await ctx.db.protocolVersion.findUnique({ where: { id, ...where }, select: { protocolId: true } });
  if (version === null) throw new NotFound();
  const clinics = await ctx.db.protocolClinic.findMany({ where: { protocolId: version.protocolId }, orderBy: { clinicId: 'asc' } });
  const answer = await ctx.graph.ask(clinicStates, { ids: clinics.map(({ clinicId }) => toId('clinic', clinicId)) });
  return answer === null ? null : statesOf(answer);
}
