import type { DrugSnapshot } from '../document/order-document.ts';
import type { FormularyItemAnswer } from './neighbour-facts.ts';

/** A formulary item as an order keeps it, every member written out. */
export function snapshotOf(item: FormularyItemAnswer): DrugSnapshot {
  return {
    formularyItemId: item.id,
    name: item.name,
    dosageForm: item.dosageForm,
    route: item.route,
    sterile: item.sterile,
    preparationType: item.preparationType,
    storage: item.storage,
    beyondUseDays: item.beyondUseDays,
    ingredients: item.ingredients.map(({ name, unii, strength, csSchedule }) => ({ name, unii, strength, csSchedule })),
  };
}
