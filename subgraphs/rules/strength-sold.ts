/** Whether a strength is sold: a compound's strengths held against those of the approved products that its pharmacy recorded beside it. */

import Big from 'big.js';
import type { SoldProductFact, StrengthFact } from './difference-facts.ts';
import { type AmountRatio, inUnit, isPiece, isPositive } from './dose-units.ts';
import type { Fact } from './facts.ts';
import { failed, notKnown, passed, type RuleResult } from './results.ts';
import { slugOf } from './substance-table.ts';
import { wholeList } from './whole-list.ts';

const ID = 'difference.strength';
const CITATION = '21 USC 353a(b)(1)(D), (b)(2); FDA guidance on copies under section 503A (2018)';

/** A strength within so much of a product's counts as the product's own: FDA's guidance on copies, recorded as known and not opened. */
const ALIKE_WITHIN = Big('0.1');

/** One ingredient is enough: a compound with one strength that nobody sells has a strength that is not sold. Nothing where none of it was told. */
export function strengthResults(strengths: Fact<readonly StrengthFact[]>): RuleResult[] {
  if (strengths === undefined) return [];
  const all = wholeList(strengths);
  const record = 'Ask the pharmacy to record the approved products beside the formula with their strengths, then draft the order anew.';
  if (all === null || all.length === 0) {
    return [notKnown(ID, 'Which strengths are sold is not recorded, so that nobody can say this one is not', record, CITATION)];
  }
  const judged = all.map(judge);
  const open = judged.find(({ is }) => is === 'not-sold');
  if (open !== undefined) return [passed(ID, open.message, CITATION)];
  const unknown = judged.find(({ is }) => is === 'unknown');
  if (unknown !== undefined) return [notKnown(ID, unknown.message, record, CITATION)];
  const message = judged.map((one) => one.message).join('; ');
  return [failed(ID, message, 'Prescribe the product that is sold, or state the difference there is.', CITATION)];
}

interface Judged {
  readonly is: 'sold' | 'not-sold' | 'unknown';
  readonly message: string;
}

function judge({ ingredient, ratio, products }: StrengthFact): Judged {
  const own = productsOf(ingredient, products);
  if (own === null) return { is: 'unknown', message: `No product with ${ingredient} is recorded beside the formula` };
  if (ratio == null || !isPositive(ratio.numerator.value) || !isPositive(ratio.denominator.value))
    return { is: 'unknown', message: `The strength of ${ingredient} in the formula is not recorded as two amounts` };
  const compared = own.map((product) => ({ product, alike: isAlike(ratio, strengthIn(product.strength ?? '')) }));
  const sold = compared.find(({ product, alike }) => alike === true && product.marketing === 'MARKETED');
  if (sold !== undefined)
    return { is: 'sold', message: `${ingredient} is sold in this strength: ${sold.product.name}, ${sold.product.strength}` };
  const doubtful = compared.find(({ alike }) => alike !== false);
  if (doubtful === undefined) return { is: 'not-sold', message: `No recorded product has ${ingredient} in this strength` };
  const { product, alike } = doubtful;
  const why = alike === null ? 'its strength is not recorded so that it can be compared' : 'whether it is sold is not recorded';
  return { is: 'unknown', message: `${product.name} has ${ingredient}, and ${why}` };
}

// What was taken off the market is not sold. Null: nothing was recorded, which is not the same.
function productsOf(ingredient: string, products: StrengthFact['products']): readonly SoldProductFact[] | null {
  const own = wholeList(products)?.filter((one) => slugOf(one.ingredient) === slugOf(ingredient)) ?? [];
  return own.length === 0 ? null : own.filter(({ marketing }) => marketing !== 'DISCONTINUED');
}

const WRITTEN =
  /^([0-9]+(?:\.[0-9]+)?) ?(kg|g|mg|mcg|ug|ng)(?: ?(?:\/|per) ?\(?([0-9]+(?:\.[0-9]+)?)?[. ]?(kg|g|mg|L|mL|tablet|capsule|troche|suppository)\)?)?$/;

/** A strength in words as two amounts: `200 mg/mL`, `0.25 mg/0.5 mL`, `6 g/(100.g)`, and `50 mg`, which is said of one piece. Null where it says anything else. */
export function strengthIn(words: string): AmountRatio | null {
  const [, value, unit, whole = '1', of] = WRITTEN.exec(words.trim()) ?? [];
  if (value === undefined || unit === undefined || !isPositive(value) || !isPositive(whole)) return null;
  const numerator = { value, unit: unit === 'mcg' ? 'ug' : unit };
  const measured = of === undefined || /^[a-z]{5,}$/.test(of) ? '{piece}' : of;
  return { numerator, denominator: { value: whole, unit: measured } };
}

/** Null where a strength is none that can be compared; a strength of a piece and one of a volume are two. */
function isAlike(one: AmountRatio, other: AmountRatio | null): boolean | null {
  if (other === null) return null;
  const sold = inUnit(other.numerator, one.numerator.unit);
  if (sold === null) return null;
  const pieces = [one, other].map(({ denominator }) => isPiece(denominator.unit));
  if (pieces[0] !== pieces[1]) return false;
  const whole = pieces[0] ? Big(other.denominator.value) : inUnit(other.denominator, one.denominator.unit);
  if (whole === null) return false;
  // a/b and c/d held against each other without dividing: exact.
  const [ours, theirs] = [Big(one.numerator.value).times(whole), sold.times(one.denominator.value)];
  return ours.minus(theirs).abs().lte(theirs.times(ALIKE_WITHIN));
}
