import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { Conflict, Forbidden, IllegalTransition, NotFound, RuleBlocked, Unavailable } from '#kernel/errors.ts';
import { toId, tryId } from '#kernel/ids.ts';
import { builder, type Context, type Tx } from '../builder.ts';
import { lapseOutcome } from './lapse-outcome.ts';
import { NotAskedToSign } from './not-asked-to-sign.ts';
import { ProtocolVersion, shownProtocolStatus, visibleTo } from './protocol-version.ts';
import { readSigners } from './read-lapses.ts';
import { clinicStates, statesOf } from './required-signers.ts';
import { directs, lapsesAmong, type Signer } from './signer-authority.ts';

const CosignProtocolInput = builder.inputType('CosignProtocolInput', {
  description: 'What a director who came later signs.',
  fields: (t) => ({
    versionId: t.id({ required: true, description: 'The version, in force or about to be.' }),
    digest: t.string({ required: true, description: 'The digest of what the signer read: of anything else nothing is signed.' }),
  }),
  validate: z.object({ digest: z.string().max(64, 'A digest has 64 characters.') }).loose(),
});

builder.mutationField('cosignProtocol', (t) =>
  t.field({
    description:
      'A medical director who came after a version was signed takes responsibility for it, with a second factor, at each of its clinics that they direct. Where the director before them has left, it holds again. Nobody’s earlier signature is touched.',
    type: ProtocolVersion,
    authScopes: { may: 'protocol:sign' },
    args: { input: t.arg({ type: CosignProtocolInput, required: true, description: 'What is signed.' }) },
    errors: { types: [NotAskedToSign] },
    resolve: async (_root, args, ctx, info) => {
      const seen = await seenBy(ctx.db, ctx, args.input.versionId);
      ctx.requireStepUp();
      const answer = await ctx.graph.ask(clinicStates, { ids: seen.protocol.clinics.map(({ clinicId }) => toId('clinic', clinicId)) });
      return ctx.write({ info, args, answer: 'protocolVersion' }, async (tx) => {
        if (answer === null) throw new Unavailable();
        // Two of one director's at once: the second finds it signed.
        await tx.$queryRawUnsafe(`select pg_advisory_xact_lock(hashtextextended('cosign ' || $1, 0))::text`, seen.id);
        const version = await seenBy(tx, ctx, args.input.versionId);
        await requireLiving(tx, ctx, version);
        if (version.digest !== args.input.digest) throw new Conflict('This is not what you read: read it again before you sign.');
        return cosign(tx, ctx, version, await signerRows(tx, ctx, version, statesOf(answer)));
      });
    },
  }),
);

type SeenVersion = Awaited<ReturnType<typeof seenBy>>;

async function seenBy(tx: Tx, ctx: Context, versionId: string) {
  const id = tryId('protocolVersion', versionId);
  const where = { AND: [visibleTo(ctx, ['protocol:sign'])] };
  const include = { signers: true, signatures: true, protocol: { include: { clinics: { orderBy: { clinicId: 'asc' } } } } } as const;
  const version = id === null ? null : await tx.protocolVersion.findUnique({ where: { id, ...where }, include });
  if (version === null) throw new NotFound();
  return version;
}

/** Only what everybody signed who had to, and what is not over. Whether it holds at a clinic today is what the signature is for. */
async function requireLiving(tx: Tx, ctx: Context, version: SeenVersion): Promise<void> {
  const [today] = await readSigners(ctx, tx, [version.id]);
  const status = shownProtocolStatus({ ...version, supersededOn: today?.supersededOn ?? null }, ctx.now());
  if (status !== 'ACTIVE') throw new IllegalTransition(status, 'ACTIVE');
}

/** One row for each clinic of the version that the caller directs and has not signed for: each with a good licence in its state. */
async function signerRows(tx: Tx, ctx: Context, version: SeenVersion, states: ReadonlyMap<string, string>): Promise<Signer[]> {
  const me = tryId('practitioner', ctx.actor.sub);
  if (me === null) throw new Forbidden('protocol:sign');
  const places = ctx.actor.places('protocol:sign');
  const clinicIds = version.protocol.clinics.map(({ clinicId }) => clinicId).filter((clinicId) => places.includes(clinicId));
  const engagements = await tx.engagement.findMany({ where: { practitionerId: me, clinicId: { in: clinicIds } } });
  const directed = clinicIds.filter((clinicId) =>
    engagements.some((one) => one.clinicId === clinicId && directs(one, version.protocol.service, ctx.now())),
  );
  if (directed.length === 0)
    throw new NotAskedToSign('You direct no clinic that works by this version today, for this service: nothing of it is yours to sign.');
  const unsigned = directed.filter(
    (clinicId) => !version.signers.some((signer) => signer.practitionerId === me && signer.clinicId === clinicId),
  );
  if (unsigned.length === 0) throw new Conflict('You have signed this version for each of its clinics that you direct.');
  const rows = unsigned.map((clinicId): Signer => {
    const state = states.get(clinicId);
    if (state === undefined) throw new Unavailable();
    return { versionId: version.id, service: version.protocol.service, practitionerId: me, clinicId, capacity: 'MEDICAL_DIRECTOR', state };
  });
  const licenses = await tx.license.findMany({ where: { practitionerId: me }, include: { standings: true } });
  const screenings = await tx.exclusionScreening.findMany({ where: { practitionerId: me } });
  const lapses = lapsesAmong(rows, { engagements, licenses, screenings }, ctx.now());
  if (lapses.length > 0) throw new RuleBlocked(lapses.map(lapseOutcome));
  return rows;
}

async function cosign(tx: Tx, ctx: Context, { id, digest, signatures }: SeenVersion, rows: readonly Signer[]) {
  const [first] = rows;
  if (first === undefined) throw new Error('Nothing is left to sign.');
  // Signed before for another clinic, the signature stands; what is new is for which clinic.
  if (!signatures.some(({ practitionerId }) => practitionerId === first.practitionerId)) {
    await tx.protocolSignature.createMany({
      data: [{ versionId: id, practitionerId: first.practitionerId, digest, signedAt: ctx.now() }],
    });
  }
  await tx.protocolSigner.createMany({ data: rows.map(({ service: _, ...row }) => ({ ...row, cosignedAt: ctx.now() })) });
  await audit(tx, ctx, {
    ...{ action: 'protocol.cosigned', tenantId: first.clinicId, subjectKind: 'protocolVersion', subjectId: id },
    detail: { digest, clinicIds: rows.map(({ clinicId }) => toId('clinic', clinicId)) },
  });
  return tx.protocolVersion.findUniqueOrThrow({ where: { id } });
}
