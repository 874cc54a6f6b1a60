import type { DoseStep, EquivalentAmount, PeriodUnit } from '#rules/dose-steps.ts';
import { isPiece, measureOf } from '#rules/dose-units.ts';
import { wordsOf } from './route-words.ts';
import { spanText, timingText } from './timing-words.ts';
import { amountText } from './unit-words.ts';

/** A step before it has its words. */
export type UntoldStep = Omit<DoseStep, 'text'>;

const pieceOf = (text: string | null | false, before = ' '): string => (text ? `${before}${text}` : '');

/** One step in words. The same step gives the same words. */
export function stepText(step: UntoldStep, ingredients: number): string {
  const { amount, timing, duration, asNeeded, maxDosePerPeriod: most } = step;
  const lasts = duration === null ? null : `for ${spanText(Number(duration.value), duration.unit as PeriodUnit)}`;
  const words = wordsOf(step.route);
  const verb = sentence((step.method ?? words?.methods[0] ?? 'USE').toLowerCase());
  if (amount === null || timing === null) return `${verb} none${pieceOf(lasts)}`;
  return [
    `${verb} ${amountText(amount)}`,
    pieceOf(isNamed(step, ingredients) && `of ${step.ingredient}`),
    pieceOf(inOtherWords(step, ingredients)),
    pieceOf(words?.phrase ?? null),
    pieceOf(step.site && `at the ${step.site.display}`),
    pieceOf(timingText(timing)),
    pieceOf(lasts),
    pieceOf(asNeeded && `as needed for ${asNeeded.reason}`),
    pieceOf(
      most &&
        `no more than ${amountText(most.numerator)} in ${spanText(Number(most.denominator.value), most.denominator.unit as PeriodUnit)}`,
      '; ',
    ),
  ].join('');
}

/** Directions for the patient, of every step in turn. */
export function sigText(steps: readonly Pick<DoseStep, 'text' | 'repeatFrom'>[]): string {
  const again = steps.at(-1)?.repeatFrom ?? null;
  const [only] = steps;
  if (only === undefined) return '';
  if (steps.length === 1) return `${only.text}.`;
  const told = steps.map(({ text }, index) => `Step ${index + 1}: ${text}.`).join(' ');
  return again === null ? told : `${told} Then start again with step ${again}.`;
}

function sentence(verb: string): string {
  return verb.charAt(0).toUpperCase() + verb.slice(1);
}

// Of several ingredients, or of a cream, an amount does not say by itself what it is an amount of.
function isNamed({ amount, ingredient, prepared }: UntoldStep, ingredients: number): boolean {
  if (ingredient === null || amount === null) return false;
  return ingredients > 1 || (prepared !== null && measureOf(prepared.unit) === measureOf(amount.unit));
}

/** The dose in its other measure, as prescriptions for injection state both: what is drawn up, or how much of each ingredient that is. */
function inOtherWords({ ingredient, prepared, active }: UntoldStep, ingredients: number): string | null {
  if (prepared === null || !(measureOf(prepared.unit) === 'mL' || isPiece(prepared.unit))) return null;
  if (ingredient !== null) return `(${about(prepared)})`;
  if (active.length === 0) return null;
  return `(${active.map((one) => (ingredients > 1 ? `${about(one)} of ${one.ingredient}` : about(one))).join(', ')})`;
}

function about(amount: EquivalentAmount): string {
  return `${amount.exact ? '' : 'about '}${amountText(amount)}`;
}
