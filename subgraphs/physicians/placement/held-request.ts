import type { PlacementRequest } from '#prisma/generated/physicians/client.ts';
import type { Tx } from '../builder.ts';

/** A request, held until the transaction ends: whoever changes anything about it holds it first. Null for whom it is not to see. */
export async function heldRequest(tx: Tx, id: string): Promise<PlacementRequest | null> {
  await tx.$queryRawUnsafe('select 1 from placement_request where id = $1::uuid for update', id);
  return tx.placementRequest.findUnique({ where: { id } });
}
