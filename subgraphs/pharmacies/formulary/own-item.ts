import { NotFound } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import type { FormularyItem } from '#prisma/generated/pharmacies/client.ts';
import type { Ctx, Tx } from '../builder.ts';

/** An item of a pharmacy whose formulary the caller keeps, locked; another’s is answered like one that does not exist. */
export async function lockOwnItem(tx: Tx, ctx: Ctx, itemId: string): Promise<FormularyItem> {
  const id = fromId('formularyItem', itemId);
  const where = { id, pharmacyId: { in: [...ctx.actor.places('formulary:keep')] } };
  if ((await tx.formularyItem.count({ where })) === 0) throw new NotFound();
  await tx.$queryRawUnsafe('select 1 from formulary_item where id = $1::uuid for update', id);
  return tx.formularyItem.findUniqueOrThrow({ where: { id } });
}
