/** Which lots a recall takes back: those named, and those made with an ingredient's lot. */

import { InvalidInput, type InputIssue } from '#kernel/errors.ts';
import { lotNumber } from '#kernel/identifiers-product.ts';
import type { Tx } from '../builder.ts';

/** A supplier's lot of an ingredient, as typed in. */
export interface IngredientLot {
  readonly lotNumber: string;
  readonly unii?: string | null | undefined;
  readonly supplier?: string | null | undefined;
}

/** A supplier's lot as it is searched by: number normalised, supplier in small letters. */
export interface RecalledIngredient {
  readonly normalizedNumber: string;
  readonly unii: string | null;
  readonly supplier: string | null;
}

/** What a recall takes back, locked. */
export interface RecalledLots {
  readonly lotIds: readonly string[];
  readonly ingredients: readonly RecalledIngredient[];
}

interface LotRow {
  readonly id: string;
  readonly normalized_number: string;
}

const madeWith = `select distinct lot_id::text as id from lot_component
  where pharmacy_id = $1::uuid and normalized_number = $2 and ($3::text is null or unii is null or unii = $3) and ($4::text is null or lower(supplier) = $4)`;

function searched({ lotNumber: number, unii, supplier }: IngredientLot): RecalledIngredient {
  return { normalizedNumber: lotNumber(number) ?? '', unii: unii ?? null, supplier: supplier?.trim().toLowerCase() || null };
}

/** In one order for everybody: whoever makes a lot of several ingredients takes the same locks. */
async function lockNumbers(tx: Tx, pharmacyId: string, ingredients: readonly { readonly normalizedNumber: string }[]): Promise<void> {
  for (const number of [...new Set(ingredients.map(({ normalizedNumber }) => normalizedNumber))].toSorted()) {
    await tx.$queryRawUnsafe('select recall_lock($1::uuid, $2)::text', pharmacyId, number);
  }
}

/** Of each, whether its lot is under a recall, closed ones too; holds off new recalls of the others until the transaction ends. */
export async function recalledAmong(tx: Tx, pharmacyId: string, components: readonly IngredientLot[]): Promise<boolean[]> {
  const used = components.map(searched);
  await lockNumbers(tx, pharmacyId, used);
  const recalled = await tx.recalledComponent.findMany({
    where: { pharmacyId, normalizedNumber: { in: used.map(({ normalizedNumber }) => normalizedNumber) } },
  });
  return used.map((one) => recalled.some((lot) => isMeant(lot, one)));
}

/** Whether a recalled lot is this one. What the recall left open fits everything; a supplier is in small letters on both sides. */
export function isMeant({ normalizedNumber, unii, supplier }: RecalledIngredient, one: RecalledIngredient): boolean {
  return (
    normalizedNumber === one.normalizedNumber &&
    (unii === null || one.unii === null || unii === one.unii) &&
    (supplier === null || supplier === one.supplier)
  );
}

/** Throws InvalidInput naming each component whose lot is under a recall. */
export async function refuseRecalledIngredients(tx: Tx, pharmacyId: string, components: readonly IngredientLot[]): Promise<void> {
  const message = 'This lot of the ingredient is recalled: use another.';
  const recalled = await recalledAmong(tx, pharmacyId, components);
  const issues = recalled.flatMap((is, index) => (is ? [{ path: `input.components.${index}.lotNumber`, message }] : []));
  if (issues.length > 0) throw new InvalidInput(issues);
}

/**
 * Locks the lots against dispenses and shipments, in one order for everybody. Every one must be known: a typing error must not
 * recall less. An ingredient's lot is locked first, so that nobody makes another lot with it meanwhile.
 */
export async function lockRecalled(
  tx: Tx,
  pharmacyId: string,
  numbers: readonly string[],
  ingredientLots: readonly IngredientLot[],
): Promise<RecalledLots> {
  const issues: InputIssue[] = [];
  const ingredients = ingredientLots.map(searched);
  await lockNumbers(tx, pharmacyId, ingredients);
  const made = new Set<string>();
  for (const [index, { normalizedNumber, unii, supplier }] of ingredients.entries()) {
    const found = await tx.$queryRawUnsafe<{ id: string }[]>(madeWith, pharmacyId, normalizedNumber, unii, supplier);
    for (const { id } of found) made.add(id);
    if (found.length > 0) continue;
    const message = `No lot on record was made with lot ${ingredientLots[index]?.lotNumber} of that ingredient.`;
    issues.push({ path: `input.ingredientLots.${index}.lotNumber`, message });
  }
  const wanted = numbers.map((number) => lotNumber(number));
  const lots = await tx.$queryRawUnsafe<LotRow[]>(
    `select id::text, normalized_number from lot where pharmacy_id = $1::uuid and (normalized_number = any ($2::text[]) or id = any ($3::uuid[])) order by id for update`,
    pharmacyId,
    wanted,
    [...made],
  );
  const known = new Set(lots.map((lot) => lot.normalized_number));
  for (const [index, number] of wanted.entries()) {
    if (number !== null && known.has(number)) continue;
    issues.push({ path: `input.lotNumbers.${index}`, message: `No lot ${numbers[index]} is on record.` });
  }
  if (issues.length > 0) throw new InvalidInput(issues);
  return { lotIds: lots.map((lot) => lot.id), ingredients };
}
