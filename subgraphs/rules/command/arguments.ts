/** What a person asked for on the command line, or one plain line about what is wrong with it. */

import { isDay } from '../dates.ts';
import { type Library, noRules, type RuleSet } from '../rule-set.ts';
import { isService, serviceCodes, type ServiceCode } from '../service-codes.ts';
import { type Place, unitedStates } from '../asking.ts';
import type { Jurisdiction } from '../check.ts';

/** The request can't be met, and the message is one plain line. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

/** Words, and options by name; an option without a value is `true`. */
export interface Arguments {
  readonly words: readonly string[];
  readonly options: ReadonlyMap<string, string | true>;
}

/** What a command takes: at most so many words, options with a value, options without. */
export interface Takes {
  readonly words: number;
  readonly valued?: readonly string[];
  readonly flags?: readonly string[];
}

/** Words and options, as far as the command takes them; what it does not take, or twice, is refused. */
export function parse(given: readonly string[], { words: most, valued = [], flags = [] }: Takes): Arguments {
  const words: string[] = [];
  const options = new Map<string, string | true>();
  const left = [...given];
  while (left.length > 0) {
    const word = left.shift() ?? '';
    if (!word.startsWith('--')) {
      if (words.length === most)
        throw new Refused(`${JSON.stringify(word)} is one word too many: npm run rules -- help says what there is.`);
      words.push(word);
      continue;
    }
    const [name = '', joined] = word.slice(2).split(/=(.*)/s);
    if (options.has(name)) throw new Refused(`--${name} is given twice.`);
    if (flags.includes(name)) {
      if (joined !== undefined) throw new Refused(`--${name} takes no value.`);
      options.set(name, true);
    } else if (valued.includes(name)) {
      const value = joined ?? left.shift();
      if (value === undefined || value === '' || value.startsWith('--')) throw new Refused(`--${name} needs a value.`);
      options.set(name, value);
    } else throw new Refused(`There is no option --${name} here.`);
  }
  return { words, options };
}

/** Whether a person asks what there is: `help`, or `--help` after anything. */
export function asksForHelp(given: readonly string[]): boolean {
  return given[0] === 'help' || given[0] === '-h' || given.includes('--help');
}

/** A state or `US`, in any case. */
export function placeNamed(word: string | undefined, states: readonly Jurisdiction[]): Place {
  if (word === undefined || word.trim() === '') throw new Refused('Say which state, by its two letters, or US for federal law.');
  const code = word.toUpperCase();
  if (code === unitedStates.code) return unitedStates;
  const state = states.find((one) => one.code === code);
  if (state === undefined) throw new Refused(`There is no state ${word}: say one of the 50, DC, or US for federal law.`);
  return state;
}

/** A service by its code, or null when none is asked for. */
export function serviceNamed(word: string | undefined): ServiceCode | null {
  if (word === undefined) return null;
  if (!isService(word)) throw new Refused(`There is no service ${word}: say one of ${serviceCodes.join(', ')}.`);
  return word;
}

/** A day, `YYYY-MM-DD`. */
export function dayNamed(word: string): string {
  if (!isDay(word)) throw new Refused(`${word} is not a day: write it as YYYY-MM-DD.`);
  return word;
}

/** A release by its version, or the one that decided on a day; `none` is what there was before the first. */
export function releaseNamed(word: string, library: Library): RuleSet {
  const release = isDay(word) ? library.on(word) : word === noRules.version ? noRules : library.of(word);
  if (release === null) {
    throw new Refused(`There is no release ${word}: say a day or one of ${library.releases.map(({ version }) => version).join(', ')}.`);
  }
  return release;
}
