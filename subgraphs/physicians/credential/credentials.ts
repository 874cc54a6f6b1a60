import type { Prisma } from '#prisma/generated/physicians/client.ts';
import type { Context } from '../builder.ts';

/** The practitioners whose credentials a caller manages: those engaged with a clinic of theirs, which a mere proposal does not make them. Neighbours that decide see all. */
export function credentialsVisibleTo(ctx: Context): Prisma.PractitionerWhereInput {
  if (ctx.actor.everywhere('authority-facts:read')) return {};
  return { engagements: { some: { status: { not: 'DRAFT' }, clinicId: { in: [...ctx.actor.places('credential:read')] } } } };
}
