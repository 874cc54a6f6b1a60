import type { Permission } from '#kernel/permissions.ts';
import type { Context } from '../builder.ts';

/** Whoever may know that a protocol exists, and on whom it stands: for its content, protocol:read is needed. */
export const knowing: Permission[] = ['protocol:read', 'expirable:read', 'engagement:read'];

/** Whether the caller may know of the protocols of a clinic. A protocol may be that of clinics of others too, and of those nothing is said. */
export function knowsOf({ actor }: Pick<Context, 'actor'>, clinicId: string): boolean {
  return actor.everywhere('authority-facts:read') || knowing.some((permission) => actor.places(permission).includes(clinicId));
}
