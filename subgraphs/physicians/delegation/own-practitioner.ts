import { Forbidden } from '#kernel/errors.ts';
import { tryId } from '#kernel/ids.ts';
import type { Permission } from '#kernel/permissions.ts';
import type { Context } from '../builder.ts';

/** The stored id of the practitioner who is calling. Whoever is none gives no clinical word, whatever their role. */
export function ownPractitionerId(ctx: Context, permission: Permission): string {
  const own = tryId('practitioner', ctx.actor.sub);
  if (own === null) throw new Forbidden(permission);
  return own;
}
