/** The dose against the most that the protocol lets be given of an ingredient, over every window of time that the limit speaks of. */

import Big from 'big.js';
import type { DoseLimitFact } from './dose-facts.ts';
import type { StrengthFact } from './dose-prepared.ts';
import { type DoseStep, dosesOf, type PeriodUnit, periodHours, stretchesOf } from './dose-steps.ts';
import { inUnit, isPositive, plain } from './dose-units.ts';
import { failed, notKnown, passed, type RuleResult } from './results.ts';

const ID = 'dose.protocolLimit';
const REMEDY_UNKNOWN = 'Ask the medical director to state the limit in a UCUM unit of the dose, per dose, day, week or month.';

// What people write for the time a limit is for, in hours; a limit for one dose has none.
const windows: Readonly<Record<string, number | 'dose'>> = {
  ...{ dose: 'dose', injection: 'dose', administration: 'dose', application: 'dose' },
  ...{ day: 24, d: 24, '24 hours': 24, week: 168, wk: 168, '7 days': 168, month: 720, mo: 720, '30 days': 720 },
};

/** One result: the worst of all limits that speak of an ingredient, or a pass that says for which ingredients the protocol has none. */
export function protocolLimit(
  steps: readonly DoseStep[],
  days: number,
  strengths: readonly StrengthFact[],
  limits: readonly DoseLimitFact[],
): RuleResult {
  const held = strengths.map((ingredient) => ({ ingredient, own: limits.filter((limit) => speaksOf(limit, ingredient)) }));
  const doubtful = held.find(
    ({ ingredient, own }) => own.length === 0 && limits.some((limit) => isNamedLike(limit, ingredient)),
  )?.ingredient;
  if (doubtful !== undefined) {
    const message = `The protocol limits ${doubtful.name} under another UNII: whether the limit is for this ingredient is not known`;
    return notKnown(ID, message, 'Ask the medical director for a protocol that names the ingredient by its UNII.');
  }
  const over: string[] = [];
  for (const { ingredient, own } of held) {
    for (const limit of own) {
      const most = mostOf(ingredient, limit, steps, days);
      if (most === null)
        return notKnown(
          ID,
          `The protocol limits ${ingredient.name} to ${words(limit)}, which the dose cannot be held against`,
          REMEDY_UNKNOWN,
        );
      if (most.gt(limit.maximum))
        over.push(`${ingredient.name} comes to ${plain(most)} ${limit.unit}, and the protocol allows ${words(limit)}`);
    }
  }
  if (over.length > 0) return failed(ID, over.join('; '), 'Lower the dose, or ask the medical director for a protocol that allows it.');
  const free = held.filter(({ own }) => own.length === 0).map(({ ingredient }) => ingredient.name);
  const message =
    free.length === 0 ? 'The dose is within the limits of the protocol' : `The protocol records no limit for ${free.join(', ')}`;
  return passed(ID, free.length > 0 && free.length < held.length ? `${message}; the dose is within the others` : message);
}

function words({ maximum, unit, per }: DoseLimitFact): string {
  return `${maximum} ${unit} per ${per}`;
}

function plainName(name: string): string {
  return name.toLowerCase().replace(/\s+/g, ' ').trim();
}

/** By UNII where the protocol gives one; else by name, where one is the other or its first words: semaglutide and semaglutide sodium. */
function speaksOf(limit: DoseLimitFact, { name, unii }: StrengthFact): boolean {
  if (limit.unii !== null && unii !== null) return limit.unii === unii;
  return isNamedLike(limit, { name });
}

function isNamedLike(limit: DoseLimitFact, { name }: Pick<StrengthFact, 'name'>): boolean {
  const [one, other] = [plainName(limit.drug), plainName(name)];
  return one === other || other.startsWith(`${one} `) || one.startsWith(`${other} `);
}

/** The most that a course gives in any window of the limit; null where limit and dose do not compare. */
function mostOf({ name }: StrengthFact, limit: DoseLimitFact, steps: readonly DoseStep[], days: number): Big | null {
  const window = windows[plainName(limit.per)];
  if (window === undefined || !isPositive(limit.maximum)) return null;
  const dosed = steps.filter(({ amount }) => amount !== null);
  const amounts = new Map<DoseStep, Big>();
  for (const step of dosed) {
    const amount = doseIn(step, name, limit.unit);
    if (amount === null) return null;
    amounts.set(step, amount);
  }
  if (window === 'dose') return [...amounts.values()].reduce((most, amount) => (amount.gt(most) ? amount : most), Big(0));
  return mostWithin(window, steps, days, amounts);
}

// What was rounded may be half a hundredth more.
const ROUNDING = '0.005';

function doseIn({ active, prepared }: DoseStep, name: string, unit: string): Big | null {
  const own = active.find(({ ingredient }) => ingredient === name) ?? null;
  for (const one of [own, prepared]) {
    const amount = one === null ? null : inUnit(one, unit);
    if (one !== null && amount !== null) return one.exact ? amount : amount.plus(inUnit({ value: ROUNDING, unit: one.unit }, unit) ?? 0);
  }
  return null;
}

function mostWithin(hours: number, steps: readonly DoseStep[], days: number, amounts: ReadonlyMap<DoseStep, Big>): Big {
  const doses = stretchesOf(steps, days)
    .flatMap((stretch) => dosesOf(stretch).map((at) => ({ at, step: stretch.step })))
    .toSorted((one, other) => one.at - other.at);
  const counts = new Map<DoseStep, number>();
  let [most, first] = [Big(0), 0];
  for (const { at, step } of doses) {
    counts.set(step, (counts.get(step) ?? 0) + 1);
    // A window of a week holds a dose and those less than a week before it.
    for (let oldest = doses[first]; oldest !== undefined && oldest.at <= at - hours * 60; oldest = doses[first]) {
      counts.set(oldest.step, (counts.get(oldest.step) ?? 0) - 1);
      first += 1;
    }
    const sum = [...counts].reduce((all, [one, count]) => all.plus(taken(one, count, hours, amounts)), Big(0));
    if (sum.gt(most)) most = sum;
  }
  return most;
}

/** So many doses of a step, or of what is taken as needed what its own limit leaves of them: one dose at least. What is due is given, whatever else the directions say. */
function taken(step: DoseStep, count: number, hours: number, amounts: ReadonlyMap<DoseStep, Big>): Big {
  const each = amounts.get(step) ?? Big(0);
  const all = each.times(count);
  const { maxDosePerPeriod: limit, amount, asNeeded } = step;
  const doses = limit === null || amount === null || asNeeded === null ? null : inUnit(limit.numerator, amount.unit)?.div(amount.value);
  if (limit === null || !doses) return all;
  const cap = doses
    .times(each)
    .times(Math.ceil(hours / (Number(limit.denominator.value) * periodHours[limit.denominator.unit as PeriodUnit])));
  const least = cap.lt(each) ? each : cap;
  return least.lt(all) ? least : all;
}
