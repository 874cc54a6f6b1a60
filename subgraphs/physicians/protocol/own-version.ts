import { Forbidden, NotFound } from '#kernel/errors.ts';
import { tryId } from '#kernel/ids.ts';
import type { Permission } from '#kernel/permissions.ts';
import type { Prisma } from '#prisma/generated/physicians/client.ts';
import type { Context, Tx } from '../builder.ts';
import { visibleTo } from './protocol-version.ts';

const parts = {
  protocol: { include: { clinics: { orderBy: { clinicId: 'asc' } } } },
  signatures: { select: { practitionerId: true } },
} satisfies Prisma.ProtocolVersionInclude;

/** A version as a verb works on it. */
export type OwnVersion = Prisma.ProtocolVersionGetPayload<{ include: typeof parts }>;

/**
 * A version that the caller may act on under this permission: one that only clinics of theirs work by. Of a version that others work by
 * too they are told that they may not; one that no clinic of theirs works by does not exist for them.
 */
export async function ownVersion(tx: Tx, ctx: Context, id: string, permission: Permission): Promise<OwnVersion> {
  const uuid = tryId('protocolVersion', id);
  const where = { AND: [visibleTo(ctx, [permission])] };
  const version = uuid === null ? null : await tx.protocolVersion.findUnique({ where: { id: uuid, ...where }, include: parts });
  if (version === null) throw new NotFound();
  if (!(await actsFor(tx, version.protocolId, ctx.actor.places(permission)))) throw new Forbidden(permission);
  return version;
}

/** As `ownVersion`, held until the transaction ends: nobody signs, amends or moves it meanwhile. */
export async function lockOwnVersion(tx: Tx, ctx: Context, id: string, permission: Permission): Promise<OwnVersion> {
  const { id: uuid } = await ownVersion(tx, ctx, id, permission);
  await lockVersion(tx, uuid);
  return ownVersion(tx, ctx, id, permission);
}

/** Holds a version's row. */
export async function lockVersion(tx: Tx, uuid: string): Promise<void> {
  await tx.$queryRawUnsafe('select 1 from protocol_version where id = $1::uuid for update', uuid);
}

// Asked of the database, since a caller does not see which clinics of others work by a protocol.
async function actsFor(tx: Tx, protocolId: string, places: readonly string[]): Promise<boolean> {
  const rows = await tx.$queryRawUnsafe<{ acts: boolean }[]>('select acts_for_protocol($1::uuid, $2::uuid[]) as acts', protocolId, [
    ...places,
  ]);
  return rows[0]?.acts === true;
}
