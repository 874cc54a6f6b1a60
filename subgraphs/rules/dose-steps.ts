/** A dosage as data: steps in the shape of FHIR R4 `Dosage`, every member written out, absent null. What a signed order keeps. */

import type { Amount, AmountRatio } from './dose-units.ts';

/** In what a period or a duration counts. A month counts as 30 days. */
export const periodHours = { h: 1, d: 24, wk: 168, mo: 720 } as const;

/** One of them. */
export type PeriodUnit = keyof typeof periodHours;

/** Days of the week as FHIR names them. */
export const daysOfWeek = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** One of them. */
export type DoseDay = (typeof daysOfWeek)[number];

/** Times of a day by what is done then, as FHIR names them: morning, afternoon, evening, bedtime, waking, before, with and after meals. */
export const eventsOfDay = ['MORN', 'AFT', 'EVE', 'HS', 'WAKE', 'AC', 'C', 'PC'] as const;

/** One of them. */
export type DoseEvent = (typeof eventsOfDay)[number];

/** How it gets in. */
export const doseMethods = ['INJECT', 'INFUSE', 'TAKE', 'PLACE', 'APPLY', 'INSERT', 'INSTILL', 'SPRAY', 'USE'] as const;

/** One of them. */
export type DoseMethod = (typeof doseMethods)[number];

/** When a step's doses fall due: so often in each period, spread evenly, or on the days named. */
export interface DoseTiming {
  readonly frequency: number;
  readonly period: number;
  readonly periodUnit: PeriodUnit;
  readonly dayOfWeek: readonly DoseDay[];
  /** `HH:MM`. */
  readonly timeOfDay: readonly string[];
  readonly when: readonly DoseEvent[];
}

/** A dose in another measure, and whether it is that to the last digit or rounded. */
export interface EquivalentAmount extends Amount {
  readonly exact: boolean;
}

/** One step of a dosage. A rest has neither amount nor timing. */
export interface DoseStep {
  /** From 1. */
  readonly sequence: number;
  /** The step in words, generated. */
  readonly text: string;
  /** `doseQuantity`: one dose; null in a rest. */
  readonly amount: Amount | null;
  /** The active ingredient that the amount is of; null where it is an amount of the preparation. */
  readonly ingredient: string | null;
  /** One dose as an amount of the preparation: what is drawn up, or how many pieces. */
  readonly prepared: EquivalentAmount | null;
  /** One dose as an amount of each active ingredient. */
  readonly active: readonly ({ readonly ingredient: string } & EquivalentAmount)[];
  readonly timing: DoseTiming | null;
  /** How long the step lasts, in whole `d`, `wk` or `mo`; null: until the supply ends. */
  readonly duration: Amount | null;
  readonly route: string;
  readonly site: { readonly system: string | null; readonly code: string | null; readonly display: string } | null;
  readonly method: DoseMethod | null;
  readonly asNeeded: { readonly reason: string } | null;
  /** The most in any such time, in the measure of the amount. */
  readonly maxDosePerPeriod: AmountRatio | null;
  /** Of a last step: the step with which everything begins again after it, as in a cycle; null where it ends. */
  readonly repeatFrom: number | null;
}

/** How many days a step lasts; null until the supply ends. */
export function lengthOf({ duration }: Pick<DoseStep, 'duration'>): number | null {
  return duration === null ? null : (Number(duration.value) * periodHours[duration.unit as PeriodUnit]) / 24;
}

/** A stretch of days in which one step is followed: from its first day on, up to and without the day it ends on. */
export interface Stretch {
  readonly step: DoseStep;
  readonly from: number;
  readonly to: number;
}

/** Which step is followed when, over so many days, beginning again where the last step says so. */
export function stretchesOf(steps: readonly DoseStep[], days: number): Stretch[] {
  const stretches: Stretch[] = [];
  let from = 0;
  for (let index = 0; from < days; ) {
    const step = steps[index];
    if (step === undefined) return stretches;
    const to = Math.min(days, from + Math.max(1, lengthOf(step) ?? days - from));
    stretches.push({ step, from, to });
    from = to;
    index = step.repeatFrom === null ? index + 1 : step.repeatFrom - 1;
  }
  return stretches;
}

/** When the doses of a stretch fall due, in minutes from the first of all: the first dose at its beginning, the others evenly after it. */
export function dosesOf({ step, from, to }: Stretch): number[] {
  if (step.timing === null) return [];
  const { frequency, period, periodUnit, dayOfWeek } = step.timing;
  const [start, end] = [from * 1440, to * 1440];
  const each = period * periodHours[periodUnit] * 60;
  const within =
    dayOfWeek.length > 0 ? onDays(dayOfWeek) : Array.from({ length: frequency }, (_, turn) => Math.floor((turn * each) / frequency));
  const doses: number[] = [];
  for (let at = start; at < end; at += each) doses.push(...within.map((minutes) => at + minutes).filter((minute) => minute < end));
  return doses;
}

// Which day of the week the first dose falls on nobody knows beforehand: the days keep their distance from the first named.
function onDays(days: readonly DoseDay[]): number[] {
  const first = daysOfWeek.indexOf(days[0] ?? 'mon');
  return days.map((day) => ((daysOfWeek.indexOf(day) - first + 7) % 7) * 1440).toSorted((one, other) => one - other);
}
