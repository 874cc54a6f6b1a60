import type { Ctx, Tx } from '../builder.ts';
import { isMeant, type RecalledIngredient } from '../recall/recalled-lots.ts';
import { inForce } from './standing-sources.ts';
import { withdraw } from './withdraw-ingredient-source.ts';

/** A recalled lot of an ingredient is no material anybody stands by. The facility's standing is held. */
export async function withdrawRecalled(tx: Tx, ctx: Ctx, pharmacyId: string, ingredients: readonly RecalledIngredient[]): Promise<void> {
  if (ingredients.length === 0) return;
  const numbers = ingredients.map(({ normalizedNumber }) => normalizedNumber);
  const rows = await tx.ingredientSource.findMany({
    where: { ...inForce, pharmacyId, normalizedNumber: { in: numbers } },
    orderBy: { id: 'asc' },
  });
  for (const row of rows) {
    const own = { ...row, supplier: row.supplier.toLowerCase() };
    if (ingredients.some((recalled) => isMeant(recalled, own))) await withdraw(tx, ctx, row, 'The lot is recalled.');
  }
}
