/** How much may be handed out, and that another person looks at it than put it together. */

import Big from 'big.js';
import { type Amount, inUnit, isPositive, plain } from './dose-units.ts';
import type { FillFacts } from './fill-facts.ts';
import { failed, notKnown, passed, type RuleResult } from './results.ts';

// A sum of amounts in one unit; null when one of them has no such form.
function sumIn(unit: string, amounts: readonly Amount[]): Big | null {
  let sum = Big(0);
  for (const amount of amounts) {
    const value = isPositive(amount.value) ? inUnit(amount, unit) : null;
    if (value === null) return null;
    sum = sum.plus(value);
  }
  return sum;
}

/** A fill is handed out in as many parts as needed, and never more than was ordered for it. */
export function notMoreThanOrdered({ quantity, ordered, handedOut }: FillFacts): RuleResult[] {
  const id = 'dispense.quantity';
  if (ordered === undefined) return [];
  if (ordered === null || quantity == null || handedOut == null)
    return [notKnown(id, 'How much was ordered and handed out could not be read', 'Try again; if it lasts, verify the order.')];
  const { value, unit } = ordered;
  const before = sumIn(unit, handedOut);
  const now = sumIn(unit, [quantity]);
  if (before === null || now === null || !isPositive(value)) {
    const message = `${quantity.value} ${quantity.unit} cannot be compared with the ${value} ${unit} ordered`;
    return [notKnown(id, message, `Give the amount in ${unit}.`)];
  }
  const left = Big(value).minus(before);
  const told = before.eq(0) ? '' : `, of which ${plain(before)} ${unit} were handed out before`;
  if (now.gt(left)) {
    const message = `${plain(now)} ${unit} is more than is left of the ${value} ${unit} ordered${told}`;
    return [failed(id, message, left.gt(0) ? `Hand out at most ${plain(left)} ${unit}.` : 'The fill is complete: hand out nothing more.')];
  }
  return [passed(id, `${plain(now)} ${unit} of the ${value} ${unit} ordered${told}`)];
}

/** No more leaves a lot than was made of it. What is counted otherwise than it was made is not compared. */
export function lotSuffices({ quantity, lotLeft }: FillFacts): RuleResult[] {
  const id = 'lot.quantityLeft';
  if (lotLeft === undefined || lotLeft === 'not-recorded') return [];
  if (lotLeft === null || quantity == null)
    return [notKnown(id, 'How much of the lot is left could not be read', 'Try again; if it lasts, check the lot record.')];
  const { value, unit } = lotLeft.made;
  const out = sumIn(unit, lotLeft.out);
  const now = sumIn(unit, [quantity]);
  if (out === null || now === null || !isPositive(value)) return [];
  const left = Big(value).minus(out);
  if (now.gt(left)) return [failed(id, `Of the lot ${plain(left)} ${unit} are left`, 'Take the rest from another lot.')];
  return [passed(id, `Of the lot ${plain(left)} ${unit} are left`)];
}

/** Whoever hands a fill out has not put it together: the final check is another person's. */
export function finalCheck({ preparedBy }: FillFacts): RuleResult[] {
  const id = 'dispense.finalCheck';
  if (preparedBy === undefined) return [];
  if (preparedBy === null) return [notKnown(id, 'It is not known who put the fill together', 'Record who did.')];
  if (preparedBy === 'DISPENSER')
    return [failed(id, 'Whoever put the fill together cannot check it too', 'Let another pharmacist check and dispense it.')];
  return [passed(id, 'Another person put the fill together')];
}
