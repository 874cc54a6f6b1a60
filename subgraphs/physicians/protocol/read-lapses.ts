import DataLoader from 'dataloader';
import type { Prisma } from '#prisma/generated/physicians/client.ts';
import type { Context, Tx } from '../builder.ts';
import { knowsOf } from './knowing.ts';
import { signaturesDue } from './signatures-due.ts';
import { type Ground, heldNowhere, type Lapse, lapsesAmong, type Signer, unanswered } from './signer-authority.ts';
import { supersededOn } from './supersession.ts';

/** How a version stands today, as far as its signers and the other versions decide it: for clinics that the caller knows of. */
export interface SignersToday {
  readonly signers: readonly Signer[];
  /** Those who may not answer for it and are answered for by nobody. */
  readonly lapses: readonly Lapse[];
  readonly heldNowhere: boolean;
  /** Who has yet to sign. */
  readonly due: readonly Signer[];
  /** The day on which another version takes over. */
  readonly supersededOn: Date | null;
}

const loaders = new WeakMap<Context, DataLoader<string, SignersToday>>();

/** How the signers of a version stand today, batched with those of every other version asked for in the same tick. */
export function signersToday(ctx: Context, versionId: string): Promise<SignersToday> {
  // Not kept from tick to tick: a change in the same request counts.
  const loader = loaders.get(ctx) ?? new DataLoader((ids: readonly string[]) => readSigners(ctx, ctx.db, ids), { cache: false });
  loaders.set(ctx, loader);
  return loader.load(versionId);
}

/** The same for many versions at once, in the order asked for, as far as the caller may know of their clinics: nine statements however many. */
export async function readSigners(ctx: Pick<Context, 'actor' | 'now'>, tx: Tx, versionIds: readonly string[]): Promise<SignersToday[]> {
  const ids = [...new Set(versionIds)];
  const versions = await tx.protocolVersion.findMany({
    where: { protocol: { versions: { some: { id: { in: ids } } } } },
    include: { protocol: { include: { clinics: true } }, signatures: { select: { practitionerId: true } } },
  });
  const all = await tx.protocolSigner.findMany({
    where: { versionId: { in: ids } },
    orderBy: [{ versionId: 'asc' }, { practitionerId: 'asc' }, { clinicId: 'asc' }],
  });
  const serviceOf = new Map(versions.map(({ id, protocol }) => [id, protocol.service]));
  const listed = all.map((signer): Signer => ({ ...signer, service: serviceOf.get(signer.versionId) ?? '' }));
  const known = listed.filter(({ clinicId }) => knowsOf(ctx, clinicId));
  const ground = await groundOf(tx, ids, known);
  const lapses = lapsesAmong(known, ground, ctx.now());
  return versionIds.map((versionId) => {
    const version = versions.find(({ id }) => id === versionId);
    const signers = known.filter((one) => one.versionId === versionId);
    const gone = lapses.filter((one) => one.versionId === versionId);
    // Until everybody has signed, nobody answers for another.
    const standing = version?.status === 'AWAITING_SIGNATURES' ? gone : unanswered(signers, gone);
    const followed = version === undefined ? null : supersededOn(version, versions);
    const due = version && signaturesDue(signingOf(version, listed, followed), ground.engagements, ctx.now());
    return {
      ...{ signers, lapses: standing, heldNowhere: heldNowhere(signers, standing), supersededOn: followed },
      due: due?.filter(({ clinicId }) => knowsOf(ctx, clinicId)) ?? [],
    };
  });
}

type WholeVersion = Prisma.ProtocolVersionGetPayload<{
  include: { protocol: { include: { clinics: true } }; signatures: { select: { practitionerId: true } } };
}>;

function signingOf({ protocol, signatures, ...version }: WholeVersion, signers: readonly Signer[], followed: Date | null) {
  return {
    ...{ ...version, service: protocol.service, supersededOn: followed },
    clinicIds: protocol.clinics.map(({ clinicId }) => clinicId),
    signers: signers.filter(({ versionId }) => versionId === version.id),
    signedBy: signatures.map(({ practitionerId }) => practitionerId),
  };
}

/** What the authority of these signers stands on. Engagements and lists come through functions: whoever sees a version need not see them. */
async function groundOf(
  tx: Tx,
  versionIds: readonly string[],
  signers: readonly Signer[],
): Promise<Ground & { engagements: Prisma.EngagementGetPayload<object>[] }> {
  const engagements = await tx.$queryRawUnsafe<Prisma.EngagementGetPayload<object>[]>(
    `select id, clinic_id as "clinicId", practitioner_id as "practitionerId", role, status, starts_on as "startsOn", ends_on as "endsOn", services,
       audit_due_on as "auditDueOn"
     from signers_engagements($1::uuid[])`,
    [...versionIds],
  );
  const licenses = await tx.license.findMany({
    where: { practitionerId: { in: [...new Set(signers.map(({ practitionerId }) => practitionerId))] } },
    include: { standings: true },
  });
  const screenings = await tx.$queryRawUnsafe<Ground['screenings'][number][]>(
    `select practitioner_id as "practitionerId", source, status, since, as_of as "asOf" from signers_screenings($1::uuid[])`,
    [...versionIds],
  );
  return { engagements, licenses, screenings };
}
