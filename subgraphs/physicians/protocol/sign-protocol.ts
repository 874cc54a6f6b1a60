import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { Conflict, Forbidden, IllegalTransition, NotFound, RuleBlocked } from '#kernel/errors.ts';
import { tryId } from '#kernel/ids.ts';
import { requireMove } from '#kernel/states.ts';
import type { Prisma } from '#prisma/generated/physicians/client.ts';
import { builder, type Context, type Tx } from '../builder.ts';
import { hasLapsed, todayOf } from '../lapse.ts';
import { lapseOutcome } from './lapse-outcome.ts';
import { NotAskedToSign } from './not-asked-to-sign.ts';
import { lockVersion } from './own-version.ts';
import { protocolMoves } from './protocol-moves.ts';
import { ProtocolVersion, visibleTo } from './protocol-version.ts';
import { readSigners } from './read-lapses.ts';

const SignProtocolInput = builder.inputType('SignProtocolInput', {
  description: 'What is signed.',
  fields: (t) => ({
    versionId: t.id({ required: true, description: 'The version.' }),
    digest: t.string({ required: true, description: 'The digest of what the signer read: of anything else nothing is signed.' }),
  }),
  validate: z.object({ digest: z.string().max(64, 'A digest has 64 characters.') }).loose(),
});

builder.mutationField('signProtocol', (t) =>
  t.field({
    description:
      'A practitioner who must sign a version takes responsibility for it, once, with a second factor. The last required signature brings it into force from its first day, or from today when that has passed.',
    type: ProtocolVersion,
    authScopes: { may: 'protocol:sign' },
    args: { input: t.arg({ type: SignProtocolInput, required: true, description: 'What is signed.' }) },
    errors: { types: [NotAskedToSign] },
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'protocolVersion' }, async (tx) => {
        const { versionId, digest } = args.input;
        const seen = await seenBy(tx, ctx, versionId);
        ctx.requireStepUp();
        await lockVersion(tx, seen.id);
        const version = await seenBy(tx, ctx, versionId);
        // Before a version is submitted for signatures, nobody has been asked.
        if (unsubmitted.includes(version.status)) requireMove(protocolMoves, version.status, 'ACTIVE');
        const { me, place } = signerOf(version, ctx);
        requireMove(protocolMoves, version.status, 'ACTIVE');
        if (version.signatures.some(({ practitionerId }) => practitionerId === me)) throw new Conflict('You have signed this version.');
        if (version.digest !== digest) throw new Conflict('This is not what you read: read it again before you sign.');
        if (hasLapsed(version.expiresOn, ctx.now())) throw new IllegalTransition('EXPIRED', 'ACTIVE');
        const [today] = await readSigners(ctx, tx, [version.id]);
        const lapses = today?.lapses.filter(({ practitionerId }) => practitionerId === me) ?? [];
        if (lapses.length > 0) throw new RuleBlocked(lapses.map(lapseOutcome));
        return sign(tx, ctx, version, { me, place });
      }),
  }),
);

const unsubmitted: readonly string[] = ['DRAFT', 'IN_REVIEW'];

const parts = { signers: true, signatures: true } satisfies Prisma.ProtocolVersionInclude;

type SeenVersion = Prisma.ProtocolVersionGetPayload<{ include: typeof parts }>;

async function seenBy(tx: Tx, ctx: Context, versionId: string): Promise<SeenVersion> {
  const id = tryId('protocolVersion', versionId);
  const where = { AND: [visibleTo(ctx, ['protocol:sign'])] };
  const version = id === null ? null : await tx.protocolVersion.findUnique({ where: { id, ...where }, include: parts });
  if (version === null) throw new NotFound();
  return version;
}

/** Who signs, and a clinic for which they must: the signer of anything is the practitioner, by their own sign-in. */
function signerOf(version: SeenVersion, ctx: Context): { me: string; place: string } {
  const me = tryId('practitioner', ctx.actor.sub);
  const places = ctx.actor.places('protocol:sign');
  const own = version.signers.find(({ practitionerId, clinicId }) => practitionerId === me && places.includes(clinicId));
  if (me === null) throw new Forbidden();
  if (own === undefined) throw new NotAskedToSign('You were not asked to sign this version.');
  return { me, place: own.clinicId };
}

async function sign(tx: Tx, ctx: Context, version: SeenVersion, { me, place }: { me: string; place: string }) {
  const { id, digest } = version;
  const about = { tenantId: place, subjectKind: 'protocolVersion', subjectId: id } as const;
  await tx.protocolSignature.createMany({ data: [{ versionId: id, practitionerId: me, digest, signedAt: ctx.now() }] });
  // Asked of the database: who must sign for clinics of others is not for the signer to see.
  const rows = await tx.$queryRawUnsafe<{ missing: number }[]>('select signatures_missing($1::uuid) as missing', id);
  const missing = rows[0]?.missing ?? Number.POSITIVE_INFINITY;
  await audit(tx, ctx, { ...about, action: 'protocol.signed', detail: { digest, missing } });
  if (missing > 0) return tx.protocolVersion.findUniqueOrThrow({ where: { id } });
  const today = todayOf(ctx.now());
  // Nothing that was done before everybody had signed was done under it.
  const effectiveFrom = version.effectiveFrom < today ? today : version.effectiveFrom;
  const active = await tx.protocolVersion.update({ where: { id }, data: { status: 'ACTIVE', effectiveFrom, activatedAt: ctx.now() } });
  await audit(tx, ctx, { ...about, action: 'protocol.activated', detail: { was: version.status, digest } });
  return active;
}
