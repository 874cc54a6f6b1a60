import type { ApprovedProductShape, CodingShape, ExcipientShape, PresentationShape } from '#kernel/shared-formula.ts';
import type { RatioShape } from '#kernel/strength.ts';
import type { DrugSnapshot } from '../document/order-document.ts';
import type { FormularyItemAnswer } from './neighbour-facts.ts';

/** A formulary item as an order keeps it, every member written out. */
export function snapshotOf(item: FormularyItemAnswer): DrugSnapshot {
  return {
    formularyItemId: item.id,
    name: item.name,
    dosageForm: item.dosageForm,
    dosageFormCode: coding(item.dosageFormCode),
    route: item.route,
    routeCode: coding(item.routeCode),
    sterile: item.sterile,
    preparationType: item.preparationType,
    storage: item.storage,
    beyondUseDays: item.beyondUseDays,
    ingredients: item.ingredients.map(({ name, unii, rxcui, strength, strengthRatio, csSchedule }) => ({
      ...{ name, unii, rxcui, role: 'ACTIVE' as const, strength },
      ...{ strengthRatio: ratio(strengthRatio), csSchedule },
    })),
    excipients: item.excipients?.map(excipient) ?? null,
    presentation: presentation(item.presentation),
    comparators: item.comparators?.map(comparator) ?? null,
  };
}

// An answer of the graph may carry members of its own: only those that are named are kept.
function coding(code: CodingShape | null): CodingShape | null {
  return code === null ? null : { system: code.system, code: code.code };
}

function ratio(told: RatioShape | null): RatioShape | null {
  if (told === null) return null;
  const { numerator, denominator } = told;
  return {
    numerator: { value: numerator.value, unit: numerator.unit },
    denominator: { value: denominator.value, unit: denominator.unit },
  };
}

function excipient({ name, unii, role, amount }: ExcipientShape): ExcipientShape {
  return { name, unii, role, amount: ratio(amount) };
}

function presentation(told: PresentationShape | null): PresentationShape | null {
  if (told === null) return null;
  const { pack, container, device, doseVariant } = told;
  return { pack: { value: pack.value, unit: pack.unit }, container, device, doseVariant };
}

function comparator(told: ApprovedProductShape): ApprovedProductShape {
  const { name, ingredient, strength, dosageForm, route, applicationNumber, marketing, source, confidence, asOf } = told;
  return { name, ingredient, strength, dosageForm, route, applicationNumber, marketing, source, confidence, asOf };
}
