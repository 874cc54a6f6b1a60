import { type DoseEvent, doseMethods, type DoseMethod, type DoseTiming, eventsOfDay } from '#rules/dose-steps.ts';
import { type Amount, isPositive, plain } from '#rules/dose-units.ts';
import type { GivenStep } from './given-step.ts';
import { readTiming } from './read-timing.ts';
import { routesInWords } from './route-words.ts';
import { eventWords, periodUnitIn } from './timing-words.ts';
import { amountFound, amountPattern } from './unit-words.ts';

/** A step as directions say it: what they leave out is null, and what they say twice must be so. */
export interface ReadStep extends GivenStep {
  /** The dose in other measures, as they stand in brackets. */
  readonly also: readonly { readonly amount: Amount; readonly ingredient: string | null }[];
  /** Routes of which the words may speak; null where they speak of none. */
  readonly routes: readonly string[] | null;
}

/**
 * Reads directions as data; null unless every word of them was understood. Names of ingredients are those of the formula. Strict: what it does not know,
 * it does not skip.
 */
export function readSig(sig: string, ingredients: readonly string[]): ReadStep[] | null {
  const text = sig.replace(/\s+/g, ' ').trim();
  const again = /[.;,]? ?then start again with step (\d+)\.?$/i.exec(text);
  const steps = stepsIn(again === null ? text : text.slice(0, again.index));
  const read: ReadStep[] = [];
  for (const one of steps) {
    const step = readStep(one, ingredients, read.at(-1) ?? null);
    if (step === null) return null;
    read.push(step);
  }
  if (again === null) return read;
  const repeatFrom = Number(again[1]);
  const last = read.at(-1);
  if (last === undefined || repeatFrom < 1 || repeatFrom > read.length) return null;
  return [...read.slice(0, -1), { ...last, repeatFrom }];
}

// "Step 1: … Step 2: …", or "… for 4 weeks, then …".
function stepsIn(text: string): string[] {
  const numbered = text.split(/(?:^|[.;,] ?| )step \d+: /i);
  const parts = numbered.length > 1 && numbered[0] === '' ? numbered.slice(1) : text.split(/[.;,]? then /i);
  return parts.map((part) => part.replace(/[.;,]? *$/, ''));
}

/** What is left of a step to read, and what was read of it. */
interface Reading {
  rest: string;
}

function take(reading: Reading, pattern: string): RegExpExecArray | null {
  const found = new RegExp(`^(?:${pattern})(?=[ ,;.)]|$)`, 'i').exec(reading.rest);
  if (found === null) return null;
  reading.rest = reading.rest.slice(found[0].length).replace(/^[ ,]+/, '');
  return found;
}

function readStep(text: string, ingredients: readonly string[], before: ReadStep | null): ReadStep | null {
  const reading: Reading = { rest: text };
  const verb = take(reading, doseMethods.join('|').toLowerCase());
  const method = (verb?.[0].toUpperCase() as DoseMethod | undefined) ?? before?.method ?? null;
  if (method === null) return null;
  const open = { ingredient: null, site: null, asNeeded: null, maxDosePerPeriod: null, repeatFrom: null, also: [], routes: null };
  if (take(reading, 'none') !== null) {
    const duration = readDuration(reading);
    return reading.rest === '' && duration !== null ? { ...open, method, amount: null, timing: null, duration } : null;
  }
  const amount = readAmount(reading);
  if (amount === null) return null;
  const ingredient = readIngredient(reading, ingredients);
  const also = readBrackets(reading, ingredients);
  return also === null ? null : readPhrases(reading, { ...open, method, amount, ingredient, also, timing: null, duration: null });
}

function readAmount(reading: Reading): Amount | null {
  const found = take(reading, amountPattern);
  const amount = found === null ? null : amountFound(found);
  return amount !== null && isPositive(amount.value) ? { value: plain(amount.value), unit: amount.unit } : null;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function readIngredient(reading: Reading, ingredients: readonly string[]): string | null {
  const named = ingredients.toSorted((one, other) => other.length - one.length).map(escaped);
  const found = named.length === 0 ? null : take(reading, `of (${named.join('|')})`);
  return ingredients.find((name) => name.toLowerCase() === found?.[1]?.toLowerCase()) ?? null;
}

/** The dose in other measures; empty without brackets, null of brackets that say something else. */
function readBrackets(reading: Reading, ingredients: readonly string[]): ReadStep['also'] | null {
  if (!reading.rest.startsWith('(')) return [];
  const inside: Reading = { rest: reading.rest.slice(1) };
  const also: { amount: Amount; ingredient: string | null }[] = [];
  while (!inside.rest.startsWith(')')) {
    take(inside, 'about');
    const amount = readAmount(inside);
    if (amount === null) return null;
    also.push({ amount, ingredient: readIngredient(inside, ingredients) });
  }
  reading.rest = inside.rest.slice(1).trimStart();
  return also;
}

/** Where, when, how long and on what condition: in any order, each once. */
function readPhrases(reading: Reading, begun: ReadStep): ReadStep | null {
  let step = begun;
  const readers = [readRoute, readOften, readEvents, readLasting, readNeed, readMost, readSite];
  while (reading.rest !== '') {
    const before = reading.rest;
    for (const reader of readers) {
      const next = reader(reading, step);
      if (next === null) continue;
      step = next;
      break;
    }
    if (reading.rest === before) return null;
  }
  return step.timing === null ? null : step;
}

function readRoute(reading: Reading, step: ReadStep): ReadStep | null {
  if (step.routes !== null) return null;
  for (const [, { phrase, also }] of routesInWords) {
    const found = take(reading, [phrase, ...also].map(escaped).join('|'))?.[0].toLowerCase();
    if (found === undefined) continue;
    const routes = routesInWords.filter(([, words]) => [words.phrase, ...words.also].includes(found));
    return { ...step, routes: routes.map(([route]) => route) };
  }
  return null;
}

function readOften(reading: Reading, step: ReadStep): ReadStep | null {
  if (step.timing !== null) return null;
  const found = readTiming(reading.rest);
  if (found === null) return null;
  reading.rest = found.rest;
  return { ...step, timing: found.timing };
}

function readEvents(reading: Reading, step: ReadStep): ReadStep | null {
  if (step.timing === null || step.timing.when.length > 0) return null;
  const when: DoseEvent[] = [];
  for (;;) {
    const event = eventsOfDay.find((code) => take(reading, eventWords[code]) !== null);
    if (event === undefined) break;
    when.push(event);
    take(reading, 'and');
  }
  const timing: DoseTiming = { ...step.timing, when };
  return when.length === 0 ? null : { ...step, timing };
}

function readDuration(reading: Reading): Amount | null {
  const found = take(reading, String.raw`for (\d{1,3}) (days?|weeks?|months?)`);
  const unit = periodUnitIn(found?.[2] ?? '');
  return found === null || unit === null ? null : { value: plain(found[1] ?? ''), unit };
}

function readLasting(reading: Reading, step: ReadStep): ReadStep | null {
  if (step.duration !== null) return null;
  const duration = readDuration(reading);
  return duration === null ? null : { ...step, duration };
}

function readNeed(reading: Reading, step: ReadStep): ReadStep | null {
  if (step.asNeeded !== null) return null;
  const found = take(reading, 'as needed for ([^;.]+)');
  return found === null ? null : { ...step, asNeeded: { reason: (found[1] ?? '').trim() } };
}

function readMost(reading: Reading, step: ReadStep): ReadStep | null {
  if (step.maxDosePerPeriod !== null) return null;
  const tried: Reading = { rest: reading.rest.replace(/^; /, '') };
  if (take(tried, 'no more than') === null) return null;
  const numerator = readAmount(tried);
  const found = take(tried, String.raw`in (\d{1,3}) (hours?|days?|weeks?|months?)`);
  const unit = periodUnitIn(found?.[2] ?? '');
  if (numerator === null || found === null || unit === null) return null;
  reading.rest = tried.rest;
  return { ...step, maxDosePerPeriod: { numerator, denominator: { value: plain(found[1] ?? ''), unit } } };
}

function readSite(reading: Reading, step: ReadStep): ReadStep | null {
  if (step.site !== null) return null;
  const ends = String.raw`(?= (?:once|twice|\w+ times|every|daily|weekly|monthly|for|as needed|in|at|on|before|after|with)\b|[;,]|$)`;
  const found = take(reading, `(?:at|to|in|into|on) the (?!morning|afternoon|evening)([a-z][a-z -]{0,59}?)${ends}`);
  return found === null ? null : { ...step, site: { system: null, code: null, display: found[1] ?? '' } };
}
