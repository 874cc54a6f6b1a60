import type { Order } from '#prisma/generated/prescriptions/client.ts';
import type { InputIssue } from '#kernel/errors.ts';
import type { DosingFact } from '#rules/dose-facts.ts';
import { type SupplyFact, supplyProblems } from '#rules/dose-supply.ts';
import type { DrugSnapshot } from '../document/order-document.ts';
import type { ProtocolAnswer } from '../order/neighbour-facts.ts';
import type { Dosing } from './dosing.ts';
import { dosingOfOrder } from './drafted-dosing.ts';
import { dosedFormula } from './formula-dosed.ts';

type Supplied = Omit<SupplyFact, 'pack'>;

function supplyFact({ quantity, daysSupply, refills }: Supplied, { presentation }: DrugSnapshot): SupplyFact {
  const pack = presentation ? { amount: presentation.pack, container: presentation.container } : null;
  return { quantity: { value: quantity.value, unit: quantity.unit }, daysSupply, refills, pack };
}

/** What of a supply contradicts its dosage, by path. What cannot be held against it is for the gate. */
export function supplyIssues({ dosage }: Dosing, supplied: Supplied, drug: DrugSnapshot): InputIssue[] {
  return supplyProblems(dosage, supplyFact(supplied, drug), dosedFormula(drug).strengths)
    .filter(({ outcome }) => outcome === 'FAIL')
    .map(({ field, message }) => ({ path: `input.${field}`, message }));
}

/** The dose of an order as the gate of signing is told of it. */
export function dosingFact(order: Order, protocol: ProtocolAnswer | null): DosingFact {
  const drug = order.drug as unknown as DrugSnapshot;
  const { quantityValue: value, quantityUnit: unit, daysSupply, refills } = order;
  return {
    dosage: dosingOfOrder(order).dosage,
    supply: supplyFact({ quantity: { value, unit }, daysSupply, refills }, drug),
    strengths: dosedFormula(drug).strengths,
    limits: protocol?.doseLimits?.map(({ drug, unii, maximum, unit, per }) => ({ drug, unii, maximum, unit, per })) ?? null,
  };
}
