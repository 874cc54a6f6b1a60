/** The two sides of an engagement: the clinic, for which its compliance officers speak, and the practitioner. */

import { tryId } from '#kernel/ids.ts';
import type { Engagement, Prisma } from '#prisma/generated/physicians/client.ts';
import type { Context, Tx } from '../builder.ts';

/** For whom somebody speaks. */
export type Side = 'CLINIC' | 'PRACTITIONER';

/** The practitioner who is signed in; null for everybody else. */
export function selfOf({ actor }: Context): string | null {
  return actor.everywhere('engagement:answer') ? tryId('practitioner', actor.sub) : null;
}

/** The engagements to which the caller is a side. */
export function partyTo(ctx: Context): Prisma.EngagementWhereInput {
  const self = selfOf(ctx);
  const own = self === null ? [] : [{ practitionerId: self }];
  return { OR: [{ clinicId: { in: [...ctx.actor.places('engagement:arrange')] } }, ...own] };
}

/** For whom the caller speaks in this engagement: for themselves first. Null for a stranger. */
export function sideOf(ctx: Context, engagement: Pick<Engagement, 'clinicId' | 'practitionerId'>): Side | null {
  if (engagement.practitionerId === selfOf(ctx)) return 'PRACTITIONER';
  return ctx.actor.places('engagement:arrange').includes(engagement.clinicId) ? 'CLINIC' : null;
}

/** An engagement to which the caller is a side, before anything is asked or written; null when there is none. */
export async function engagementSeen(ctx: Context, engagementId: string): Promise<Engagement | null> {
  const id = tryId('engagement', engagementId);
  return id === null ? null : ctx.load<Engagement>('engagement', id, partyTo(ctx));
}

/** The same engagement, held until the transaction ends. Null when it is not the caller's to change. */
export async function lockEngagement(tx: Tx, ctx: Context, { id }: Pick<Engagement, 'id'>): Promise<Engagement | null> {
  await tx.$queryRawUnsafe('select 1 from engagement where id = $1::uuid for update', id);
  return tx.engagement.findFirst({ where: { AND: [{ id }, partyTo(ctx)] } });
}
