import { InvalidInput, type InputIssue } from '#kernel/errors.ts';
import { lotNumber } from '#kernel/identifiers-product.ts';
import type { IngredientSource } from '#prisma/generated/pharmacies/client.ts';
import type { Tx } from '../builder.ts';
import { dayOf } from '../calendar-day.ts';

/** A component as it is written into a compounding record. */
interface UsedLot {
  readonly lotNumber: string;
  readonly unii?: string | null | undefined;
  readonly supplier: string;
}

const isOf = (source: IngredientSource, { lotNumber: number, unii, supplier }: UsedLot): boolean =>
  source.normalizedNumber === lotNumber(number) &&
  (source.unii === null || unii == null || source.unii === unii) &&
  source.supplier.trim().toLowerCase() === supplier.trim().toLowerCase();

/** Why a lot may not be used on a day, of the last records of it; null where one of them stands, and where there is none. */
function endedBy(last: readonly IngredientSource[], day: string): string | null {
  if (last.length === 0 || last.some(({ withdrawn, goodUntil }) => !withdrawn && dayOf(goodUntil) >= day)) return null;
  const taken = last.find(({ withdrawn }) => withdrawn);
  if (taken !== undefined) return `The pharmacy took this lot back as a material (${taken.reason ?? 'no reason given'}): use another.`;
  const days = last.map(({ goodUntil }) => dayOf(goodUntil)).toSorted();
  return `The pharmacy stood by this lot as a material until ${days.at(-1)}: use another.`;
}

/**
 * Throws InvalidInput naming each component whose lot was recorded as a material and counts no more on the day it was used. What was never
 * recorded is not refused here. The facility's standing is shared: nothing is withdrawn meanwhile.
 */
export async function refuseEndedSources(tx: Tx, pharmacyId: string, components: readonly UsedLot[], day: string): Promise<void> {
  const numbers = components.flatMap(({ lotNumber: number }) => lotNumber(number) ?? []);
  const last = await tx.ingredientSource.findMany({
    where: { pharmacyId, normalizedNumber: { in: numbers }, replacedBy: { is: null } },
    orderBy: { id: 'asc' },
  });
  const issues: InputIssue[] = components.flatMap((component, index) => {
    const own = last.filter((source) => isOf(source, component));
    const message = endedBy(own, day);
    return message === null ? [] : [{ path: `input.components.${index}.lotNumber`, message }];
  });
  if (issues.length > 0) throw new InvalidInput(issues);
}
