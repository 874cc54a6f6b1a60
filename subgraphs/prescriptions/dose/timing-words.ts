import type { DoseDay, DoseEvent, DoseTiming, PeriodUnit } from '#rules/dose-steps.ts';

const units: Readonly<Record<PeriodUnit, readonly [one: string, many: string]>> = {
  h: ['hour', 'hours'],
  d: ['day', 'days'],
  wk: ['week', 'weeks'],
  mo: ['month', 'months'],
};

/** Days of the week in words. */
export const dayNames: Readonly<Record<DoseDay, string>> = {
  mon: 'Monday',
  tue: 'Tuesday',
  wed: 'Wednesday',
  thu: 'Thursday',
  fri: 'Friday',
  sat: 'Saturday',
  sun: 'Sunday',
};

/** Times of a day in words. */
export const eventWords: Readonly<Record<DoseEvent, string>> = {
  MORN: 'in the morning',
  AFT: 'in the afternoon',
  EVE: 'in the evening',
  HS: 'at bedtime',
  WAKE: 'on waking',
  AC: 'before meals',
  C: 'with meals',
  PC: 'after meals',
};

/** A stretch of time in words: `4 weeks`, `1 day`. */
export function spanText(value: number, unit: PeriodUnit): string {
  return `${value} ${units[unit][value === 1 ? 0 : 1]}`;
}

/** Reads the word of a unit of time; null for any other word. */
export function periodUnitIn(word: string): PeriodUnit | null {
  const plain = word.toLowerCase().replace(/s$/, '');
  return (Object.entries(units) as [PeriodUnit, readonly string[]][]).find(([, [one]]) => one === plain)?.[0] ?? null;
}

function times(frequency: number): string {
  return frequency === 1 ? 'once' : frequency === 2 ? 'twice' : `${frequency} times`;
}

function list(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** When doses fall due, in words: `once a week on Monday`, `every 8 hours`, `twice a day at 08:00 and 20:00`. */
export function timingText({ frequency, period, periodUnit, dayOfWeek, timeOfDay, when }: DoseTiming): string {
  const [one] = units[periodUnit];
  const every = period === 1 ? `every ${one}` : `every ${spanText(period, periodUnit)}`;
  const often =
    period === 1 && periodUnit !== 'h' ? `${times(frequency)} a ${one}` : frequency === 1 ? every : `${times(frequency)} ${every}`;
  const days = dayOfWeek.length === 0 ? '' : ` on ${list(dayOfWeek.map((day) => dayNames[day]))}`;
  const hours = timeOfDay.length === 0 ? '' : ` at ${list(timeOfDay)}`;
  const events = when.length === 0 ? '' : ` ${list(when.map((event) => eventWords[event]))}`;
  return `${often}${days}${hours}${events}`;
}
