/** Is the formula still what the order was signed for? */

import type { RatioShape } from '#kernel/strength.ts';
import type { OpenFulfillment } from '../claim/held-order.ts';
import { excipientsOf, ratioOf } from '../formulary/formula-parts.ts';
import { type Check, fail, pass } from './check.ts';
import type { OrderDocument } from './document-shape.ts';

type Formula = OpenFulfillment['item']['formula'];
type Signed = OrderDocument['drug']['ingredients'][number];

/** Whether an ingredient of the formula is the one that was signed. A ratio that was not signed is not compared. */
export function isIngredient(own: Formula['ingredients'][number] | undefined, signed: Signed): boolean {
  if (own === undefined || own.name !== signed.name || own.unii !== signed.unii || own.strength !== signed.strength) return false;
  return signed.strengthRatio == null || isRatio(ratioOf(own), signed.strengthRatio);
}

/** The excipients that were signed against those of the formula today. None when the order was signed without them: screening says so. */
export function sameExcipients({ drug: { excipients: signed } }: OrderDocument, formula: Formula): Check[] {
  if (signed == null) return [];
  const code = 'EXCIPIENTS';
  const own = excipientsOf(formula);
  if (own === null) return [fail(code, 'The order names inactive ingredients, and none are recorded of the formula.')];
  const differs = signed.find(({ name, unii, role, amount }, index) => {
    const there = own[index];
    return there?.name !== name || there.unii !== unii || there.role !== role || !isRatio(there.amount, amount);
  });
  if (differs) return [fail(code, `${differs.name} is not what the formula contains there.`)];
  if (own.length > signed.length) return [fail(code, 'The formula contains an inactive ingredient that the order does not name.')];
  return [pass(code, 'The inactive ingredients are those that the order was signed for.')];
}

function isRatio(one: RatioShape | null, other: RatioShape | null): boolean {
  if (one === null || other === null) return one === other;
  const same = (a: RatioShape['numerator'], b: RatioShape['numerator']) => a.value === b.value && a.unit === b.unit;
  return same(one.numerator, other.numerator) && same(one.denominator, other.denominator);
}
