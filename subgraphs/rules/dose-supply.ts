/** Whether quantity, days' supply and refills say the same as the dosage: over every step and every fill. */

import Big from 'big.js';
import type { StrengthFact } from './dose-prepared.ts';
import { type DoseStep, dosesOf, type PeriodUnit, periodHours, stretchesOf } from './dose-steps.ts';
import { type Amount, inUnit, isPiece, plain } from './dose-units.ts';

/** The longest that an order with all its refills lasts: our own limit, a year and the leap day. */
export const LONGEST_COURSE_DAYS = 366;

/** What is dispensed, beside what is done with it. */
export interface SupplyFact {
  readonly quantity: Amount;
  readonly daysSupply: number;
  readonly refills: number;
  /** What one pack holds and what it comes in; null where the pharmacy has not recorded it. */
  readonly pack: { readonly amount: Amount; readonly container: string } | null;
}

/** Something that disagrees, or cannot be held against each other, and where. */
export interface SupplyProblem {
  readonly outcome: 'FAIL' | 'UNKNOWN';
  readonly field: 'quantity.value' | 'quantity.unit' | 'daysSupply' | 'refills' | 'dosage';
  readonly message: string;
}

/**
 * Holds a supply against its dosage. Each fill must hold every dose that falls due in its days, the first on the first day; it may hold more only up to whole packs of
 * what its largest fill needs. What is taken as needed may be needed less. Every step must begin within the days supplied, and the directions must last as long.
 * Without a dosage only what does not depend on it is asked.
 */
export function supplyProblems(steps: readonly DoseStep[] | null, supply: SupplyFact, strengths: readonly StrengthFact[]): SupplyProblem[] {
  const { daysSupply, refills, quantity } = supply;
  const days = daysSupply * (refills + 1);
  if (days > LONGEST_COURSE_DAYS)
    return [failed('refills', `The supply with its refills lasts ${days} days, and an order at most ${LONGEST_COURSE_DAYS}.`)];
  const course = steps === null ? [] : courseProblems(steps, days);
  if (course.length > 0) return course;
  const unit = unitOf(steps ?? [], strengths);
  if (unit === null && steps === null) return [];
  if (unit === null)
    return [
      {
        outcome: 'UNKNOWN',
        field: 'dosage',
        message: 'The strength is not recorded as two amounts, so the dose is no amount of the preparation.',
      },
    ];
  const held = heldIn(supply, unit);
  if (held === null) {
    const fits = supply.pack === null ? word(unit) : `${word(unit)}, or by the ${supply.pack.container}`;
    return [failed('quantity.unit', `A quantity of this preparation is counted in ${fits}, not in ${quantity.unit}.`)];
  }
  if ((isPiece(unit) || isPiece(quantity.unit)) && !Big(quantity.value).mod(1).eq(0))
    return [failed('quantity.value', 'Pieces are dispensed whole.')];
  return steps === null ? [] : amountProblems(steps, supply, { unit, held, days });
}

const failed = (field: SupplyProblem['field'], message: string): SupplyProblem => ({ outcome: 'FAIL', field, message });

function word(unit: string): string {
  return unit.replace(/[{}]/g, '');
}

function courseProblems(steps: readonly DoseStep[], days: number): SupplyProblem[] {
  const stretches = stretchesOf(steps, days);
  const unreached = steps.find((step) => !stretches.some((stretch) => stretch.step === step));
  if (unreached !== undefined)
    return [failed('daysSupply', `Step ${unreached.sequence} begins after the ${days} days that are supplied, refills included.`)];
  const last = stretches.at(-1);
  if (last === undefined || last.to < days)
    return [failed('daysSupply', `The directions end after ${last?.to ?? 0} days, and the supply with its refills lasts ${days}.`)];
  return [];
}

/** The unit in which the preparation is counted: what its strengths are said of, or what the doses themselves are amounts of. */
function unitOf(steps: readonly DoseStep[], strengths: readonly StrengthFact[]): string | null {
  const doses = steps.filter(({ amount }) => amount !== null);
  if (doses.some(({ prepared }) => prepared === null)) return null;
  return strengths.find(({ strength }) => strength !== null)?.strength?.denominator.unit ?? doses[0]?.prepared?.unit ?? null;
}

/** How much of the preparation is dispensed each time; null where the unit is no amount of it. */
function heldIn({ quantity, pack }: SupplyFact, unit: string): Big | null {
  const own = inUnit(quantity, unit);
  if (own !== null || pack === null || quantity.unit !== `{${pack.container}}`) return own;
  return inUnit(pack.amount, unit)?.times(quantity.value) ?? null;
}

interface Need {
  readonly least: Big;
  readonly most: Big;
}

function amountProblems(
  steps: readonly DoseStep[],
  { quantity, daysSupply, refills, pack }: SupplyFact,
  { unit, held, days }: { unit: string; held: Big; days: number },
): SupplyProblem[] {
  const stretches = stretchesOf(steps, days);
  const fills = Array.from({ length: refills + 1 }, (_, fill) => needOf(stretches, fill * daysSupply, (fill + 1) * daysSupply, unit));
  const least = fills.reduce((most, need) => (need.least.gt(most) ? need.least : most), Big(0));
  const most = fills.reduce((largest, need) => (need.most.gt(largest) ? need.most : largest), Big(0));
  const given = `${quantity.value} ${word(quantity.unit)}`;
  if (held.lt(least)) {
    return [failed('quantity.value', `${given} is less than the ${shown(least)} ${word(unit)} that the doses of ${daysSupply} days take.`)];
  }
  if (held.lte(most)) return [];
  const whole = pack === null ? null : inUnit(pack.amount, unit);
  if (pack === null || whole === null) {
    const message = `${given} is more than the ${shown(most)} ${word(unit)} that the doses of ${daysSupply} days take, and how the preparation is packed is not recorded.`;
    return [{ outcome: 'UNKNOWN', field: 'quantity.value', message }];
  }
  const packs = most.div(whole).round(0, Big.roundUp);
  if (held.lte(packs.times(whole))) return [];
  const message = `${given} is more than the doses of ${daysSupply} days take: ${shown(most)} ${word(unit)}, in ${plain(packs)} of ${pack.amount.value} ${word(pack.amount.unit)}.`;
  return [failed('quantity.value', message)];
}

function shown(amount: Big): string {
  return plain(amount.round(4, Big.roundUp));
}

/** What one fill takes: of doses in turn each, of what is taken as needed anything up to its limit. */
function needOf(stretches: ReturnType<typeof stretchesOf>, from: number, to: number, unit: string): Need {
  let [least, most] = [Big(0), Big(0)];
  for (const stretch of stretches) {
    const days = Math.min(stretch.to, to) - Math.max(stretch.from, from);
    if (days <= 0 || stretch.step.amount === null) continue;
    const count = dosesOf(stretch).filter((minute) => minute >= from * 1440 && minute < to * 1440).length;
    const taken = preparedIn(stretch.step, unit).times(count);
    if (stretch.step.asNeeded === null) least = least.plus(taken);
    const limit = limitOver(stretch.step, days, unit);
    most = most.plus(limit?.lt(taken) ? limit : taken);
  }
  return { least, most };
}

// What is drawn up is what is used up: where it was rounded, the rounded amount.
function preparedIn(step: DoseStep, unit: string): Big {
  const amount = step.prepared;
  return amount === null ? Big(0) : (inUnit(amount, unit) ?? Big(0));
}

/** The most that its own limit lets a step that is taken as needed come to in so many days; null without one. */
function limitOver(step: DoseStep, days: number, unit: string): Big | null {
  const limit = step.maxDosePerPeriod;
  if (limit === null || step.asNeeded === null || step.amount === null || step.prepared === null) return null;
  const times = inUnit(limit.numerator, step.amount.unit)?.div(step.amount.value);
  const hours = Number(limit.denominator.value) * periodHours[limit.denominator.unit as PeriodUnit];
  return times?.times(Math.ceil((days * 24) / hours)).times(preparedIn(step, unit)) ?? null;
}
