import { daysOfWeek, type DoseDay, type DoseTiming, type PeriodUnit } from '#rules/dose-steps.ts';
import { dayNames, periodUnitIn } from './timing-words.ts';

const numbers = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'];

function numberIn(word: string): number {
  return /^\d+$/.test(word) ? Number(word) : numbers.indexOf(word.toLowerCase()) + 1;
}

const number = String.raw`(\d{1,2}|${numbers.join('|')})`;
const each = '(?:a|an|per|each|every)';

interface Often {
  readonly frequency: number;
  readonly period: number;
  readonly periodUnit: PeriodUnit;
}

const often = (frequency: number, period: number, periodUnit: PeriodUnit | null): Often | null =>
  frequency > 0 && period > 0 && periodUnit !== null ? { frequency, period, periodUnit } : null;

const timesOf = (words: string): number => ({ once: 1, twice: 2 })[words.toLowerCase()] ?? numberIn(words.split(' ')[0] ?? '');

/** Each way of saying how often, and what it means. The longer ones stand first. */
const ways: readonly (readonly [pattern: string, meaning: (found: readonly string[]) => Often | null])[] = [
  [
    `(once|twice|${number} times) every ${number} (hours?|days?|weeks?|months?)`,
    ([, times = '', , period = '', unit = '']) => often(timesOf(times), numberIn(period), periodUnitIn(unit)),
  ],
  [
    `(once|twice|${number} times) ${each} (hour|day|week|month)`,
    ([, times = '', , unit = '']) => often(timesOf(times), 1, periodUnitIn(unit)),
  ],
  [`(once|twice|${number} times) (daily|weekly|monthly)`, ([, times = '', , unit = '']) => often(timesOf(times), 1, unitOfAdverb(unit))],
  ['every other (day|week|month)', ([, unit = '']) => often(1, 2, periodUnitIn(unit))],
  [`every ${number} (hours?|days?|weeks?|months?)`, ([, period = '', unit = '']) => often(1, numberIn(period), periodUnitIn(unit))],
  ['every (hour|day|week|month)', ([, unit = '']) => often(1, 1, periodUnitIn(unit))],
  ['(daily|weekly|monthly)', ([, unit = '']) => often(1, 1, unitOfAdverb(unit))],
];

function unitOfAdverb(word: string): PeriodUnit | null {
  return ({ daily: 'd', weekly: 'wk', monthly: 'mo' } as const)[word.toLowerCase()] ?? null;
}

/** Every way of saying how often, to find them in a longer text. */
export const frequencyPatterns: readonly RegExp[] = ways.map(([pattern]) => new RegExp(`\\b(?:${pattern})\\b`, 'gi'));

/** How often, as the words at the beginning of a text say it; null when they say something else. */
export function readTiming(text: string): { readonly timing: DoseTiming; readonly rest: string } | null {
  for (const [pattern, meaning] of ways) {
    const found = new RegExp(`^(?:${pattern})(?=[ ,;.]|$)`, 'i').exec(text);
    const read = found === null ? null : meaning(found);
    if (found === null || read === null) continue;
    const days = listAt(text.slice(found[0].length), ' on ', Object.values(dayNames).join('|'));
    const hours = listAt(days.rest, ' at ', String.raw`(?:[01]\d|2[0-3]):[0-5]\d`);
    return {
      timing: { ...read, dayOfWeek: days.found.map(dayNamed), timeOfDay: hours.found, when: [] },
      rest: hours.rest.replace(/^[ ,]+/, ''),
    };
  }
  return null;
}

function dayNamed(name: string): DoseDay {
  return daysOfWeek.find((day) => dayNames[day].toLowerCase() === name.toLowerCase()) ?? 'mon';
}

function listAt(text: string, word: string, item: string): { found: string[]; rest: string } {
  const list = new RegExp(`^${word}((?:${item})(?:(?:, | and )(?:${item}))*)(?=[ ,;.]|$)`, 'i').exec(text);
  if (list === null) return { found: [], rest: text };
  return { found: (list[1] ?? '').split(/, | and /), rest: text.slice(list[0].length) };
}
