import { NotFound } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import type { Permission } from '#kernel/permissions.ts';
import type { Ctx } from '../builder.ts';

/** The stored id of a pharmacy where the caller has this right; another’s is answered like one that does not exist. */
export function ownPharmacy(ctx: Pick<Ctx, 'actor'>, id: string, permission: Permission): string {
  const uuid = fromId('pharmacy', id);
  if (!ctx.actor.places(permission).includes(uuid)) throw new NotFound();
  return uuid;
}
