/** Which records of materials count now, and what the gates are told of them. */

import type { IngredientSource, Prisma } from '#prisma/generated/pharmacies/client.ts';
import type { IngredientFact } from '#rules/facts.ts';
import { library } from '#rules/packs.ts';
import { asksMaterial, type IngredientSourceFact } from '#rules/substance-conditions.ts';
import type { Tx } from '../builder.ts';
import { dayOf, storedDay } from '../calendar-day.ts';

/** Neither replaced nor withdrawn. */
export const inForce = { withdrawn: false, replacedBy: { is: null } } as const satisfies Prisma.IngredientSourceWhereInput;

/** A formula at a pharmacy, as far as it says of what it is made under which section. */
export interface MadeOf {
  readonly pharmacyId: string;
  readonly facilityClass: string;
  readonly ingredients: readonly IngredientFact[];
}

/** A record as the gates read it. */
export function sourceFact(row: IngredientSource): IngredientSourceFact {
  return {
    ...{ name: row.name, unii: row.unii, supplier: row.supplier, grade: row.grade, sterileSuitable: row.sterileSuitable },
    ...{ certificate: row.certificate ?? 'none', goodUntil: dayOf(row.goodUntil) },
  };
}

/**
 * What the pharmacies stand by, of the ingredients of each formula; null for one of which no rule asks it today. One statement for
 * all of them, and none where nothing asks.
 */
export async function sourcesOf(db: Tx, formulas: readonly MadeOf[], at: Date): Promise<(IngredientSourceFact[] | null)[]> {
  const on = at.toISOString();
  const asking = formulas.map(({ ingredients, facilityClass }) =>
    asksMaterial(library.on(on), { ingredients, facilityClass: facilityClass as 'PHARMACY_503A' }, on),
  );
  const asked = formulas.filter((_, index) => asking[index]);
  if (asked.length === 0) return formulas.map(() => null);
  const uniis = asked.flatMap(({ ingredients }) => ingredients.flatMap(({ unii }) => unii ?? []));
  const rows = await db.ingredientSource.findMany({
    where: {
      ...inForce,
      pharmacyId: { in: [...new Set(asked.map(({ pharmacyId }) => pharmacyId))] },
      goodUntil: { gte: storedDay(dayOf(at)) },
      OR: [{ unii: { in: [...new Set(uniis)] } }, { unii: null }],
    },
    orderBy: [{ recordedAt: 'asc' }, { id: 'asc' }],
  });
  return formulas.map(({ pharmacyId, ingredients }, index) => {
    if (!asking[index]) return null;
    const own = rows.filter((row) => row.pharmacyId === pharmacyId);
    return own.filter(({ unii }) => unii === null || ingredients.some((one) => one.unii === unii)).map(sourceFact);
  });
}
