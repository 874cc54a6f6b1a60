import DataLoader from 'dataloader';
import type { Prisma } from '#prisma/generated/physicians/client.ts';
import type { Context, Tx } from '../builder.ts';
import { knowsOf } from './knowing.ts';
import { heldNowhere, type Lapse, lapsesAmong, type Signer } from './signer-authority.ts';

/** The signers of a version for clinics that the caller knows of, and those of them who have lapsed. */
export interface SignersToday {
  readonly signers: readonly Signer[];
  readonly lapses: readonly Lapse[];
  readonly heldNowhere: boolean;
}

const loaders = new WeakMap<Context, DataLoader<string, SignersToday>>();

/** How the signers of a version stand today, batched with those of every other version asked for in the same tick. */
export function signersToday(ctx: Context, versionId: string): Promise<SignersToday> {
  // Not kept from tick to tick: a change in the same request counts.
  const loader = loaders.get(ctx) ?? new DataLoader((ids: readonly string[]) => readSigners(ctx, ctx.db, ids), { cache: false });
  loaders.set(ctx, loader);
  return loader.load(versionId);
}

/** The same for many versions at once, in the order asked for, as far as the caller may know of their clinics: four statements however many. */
export async function readSigners(ctx: Context, tx: Tx, versionIds: readonly string[]): Promise<SignersToday[]> {
  const ids = [...new Set(versionIds)];
  const all = await tx.protocolSigner.findMany({
    where: { versionId: { in: ids } },
    orderBy: [{ versionId: 'asc' }, { practitionerId: 'asc' }, { clinicId: 'asc' }],
  });
  const signers = all.filter(({ clinicId }) => knowsOf(ctx, clinicId));
  const lapses = signers.length === 0 ? [] : lapsesAmong(signers, await groundOf(tx, signers), ctx.now());
  return versionIds.map((versionId) => {
    const [own, gone] = [signers.filter((one) => one.versionId === versionId), lapses.filter((one) => one.versionId === versionId)];
    return { signers: own, lapses: gone, heldNowhere: heldNowhere(own, gone) };
  });
}

/** What the authority of these signers stands on. Engagements come through a function: whoever sees a version need not see its clinics' engagements. */
async function groundOf(tx: Tx, signers: readonly Signer[]) {
  const [versionIds, practitionerIds] = [signers.map(({ versionId }) => versionId), signers.map(({ practitionerId }) => practitionerId)];
  const engagements = await tx.$queryRawUnsafe<Prisma.EngagementGetPayload<object>[]>(
    `select id, clinic_id as "clinicId", practitioner_id as "practitionerId", role, status, starts_on as "startsOn", ends_on as "endsOn"
     from signers_engagements($1::uuid[])`,
    [...new Set(versionIds)],
  );
  const licenses = await tx.license.findMany({
    where: { practitionerId: { in: [...new Set(practitionerIds)] } },
    include: { standings: true },
  });
  return { engagements, licenses };
}
