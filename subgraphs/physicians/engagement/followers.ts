import type { Engagement as EngagementRow } from '#prisma/generated/physicians/client.ts';
import type { Tx } from '../builder.ts';
import { living } from './engagement-moves.ts';

/**
 * The engagements accepted to follow one that this transaction holds, and those that follow them, in that order and held as well. Whoever
 * accepts another meanwhile waits for the one it follows.
 */
export async function followersOf(tx: Tx, engagementId: string): Promise<EngagementRow[]> {
  const found: EngagementRow[] = [];
  for (let ids = [engagementId]; ids.length > 0; ) {
    const where = { followsId: { in: ids }, status: { in: living } };
    const next = (await tx.engagement.findMany({ where, select: { id: true }, orderBy: { id: 'asc' } })).map(({ id }) => id);
    if (next.length > 0) await tx.$queryRawUnsafe('select 1 from engagement where id = any ($1::uuid[]) order by id for update', next);
    found.push(...(await tx.engagement.findMany({ where: { ...where, id: { in: next } }, orderBy: { id: 'asc' } })));
    ids = next;
  }
  return found;
}
