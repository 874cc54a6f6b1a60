/** What gates are told of the materials behind a formula, where a rule asks for them on that day. */

import type { FacilityClass, IngredientFact, OrderSendingFacts } from '#rules/facts.ts';
import { library } from '#rules/packs.ts';
import { asksMaterial, type SourceFacts } from '#rules/substance-conditions.ts';
import type { FormularyItemAnswer } from './neighbour-facts.ts';

/** For signing. What is asked for and was not told is null, and blocks. */
export function sourceFacts(item: FormularyItemAnswer | null, ingredients: readonly IngredientFact[], at: Date): SourceFacts {
  if (item === null) return {};
  const on = at.toISOString();
  const facilityClass = item.pharmacy.facilityClass as FacilityClass;
  return asksMaterial(library.on(on), { ingredients, facilityClass }, on) ? { sources: item.sources ?? null } : {};
}

/** For sending: the conditions that the signature stood on are asked again. */
export function materialFacts(item: FormularyItemAnswer | null, at: Date): Pick<OrderSendingFacts, 'material'> {
  if (item === null) return {};
  const ingredients = item.ingredients.map(({ name, unii }) => ({ name, unii }));
  const { sources } = sourceFacts(item, ingredients, at);
  if (sources === undefined) return {};
  return { material: { ingredients, facilityClass: item.pharmacy.facilityClass as FacilityClass, sources } };
}
