import { NotFound } from '#kernel/errors.ts';
import type { Permission } from '#kernel/permissions.ts';
import type { Ctx } from '../builder.ts';

/** Throws NotFound unless the caller's permission reaches the clinic: another's clinic answers as one that does not exist. */
export function requireClinic(ctx: Pick<Ctx, 'actor'>, permission: Permission, clinicId: string): void {
  if (!ctx.actor.places(permission).includes(clinicId)) throw new NotFound();
}
