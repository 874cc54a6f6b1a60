/** A rule's value as people read it. */

import { definitionOf } from './definitions.ts';
import type { Rule } from './rule.ts';
import { substances } from './substance-table.ts';

const levels = ['never', 'in the room', 'on the premises', 'off site, reachable at once', 'on their own licence'];

const substanceNames: ReadonlyMap<string, string> = new Map(substances.map(({ key, name }) => [key, name]));

/** The substance a rule is about; null for a rule about something else. */
export function substanceName(key: string): string | null {
  const [first, substance] = key.split('.');
  return first === 'substance' ? (substanceNames.get(substance ?? '') ?? null) : null;
}

/** The rule's id, and after it what an id does not tell people: `US.substance.53AXN4NNHX.503A (Semaglutide)`. */
export function nameOfRule({ id, key }: Pick<Rule, 'id' | 'key'>): string {
  const name = substanceName(key);
  return name === null ? id : `${id} (${name})`;
}

/** The value in words: `conditional`, `yes`, `12 months`, `PA 8; NP-furnishing 4`. */
export function valueInWords({ key, value }: Pick<Rule, 'key' | 'value'>): string {
  const kind = definitionOf(key)?.kind.kind;
  if (kind === 'months') return value === 1 ? '1 month' : `${value} months`;
  if (kind === 'level' && typeof value === 'number') return `${value} (${levels[value] ?? 'no such level'})`;
  return anyInWords(value);
}

function anyInWords(value: unknown): string {
  if (value === null || value === undefined) return 'none';
  if (value === true) return 'yes';
  if (value === false) return 'no';
  if (Array.isArray(value)) return value.map(anyInWords).join(value.some((one) => typeof one === 'object') ? '; ' : ', ');
  return typeof value === 'object' ? partsInWords(value as Readonly<Record<string, unknown>>) : String(value);
}

function partsInWords(parts: Readonly<Record<string, unknown>>): string {
  // Conditions by kind are for the gate: the summary has them in words.
  if ('summary' in parts && 'conditions' in parts) return anyInWords(parts['summary']);
  const { value, unit, status, from, to, confidence, ...rest } = parts;
  if (unit !== undefined) {
    return joined([`${anyInWords(value)} ${anyInWords(unit)}`, ...named({ ...rest, ...(from === undefined ? {} : { from }) })]);
  }
  if (status !== undefined) return `${period(from, to)}${anyInWords(status)} (${anyInWords(confidence)})`;
  // A summary says it all; of what it does not name, nothing was recorded.
  return joined(named('summary' in parts ? Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== null)) : parts));
}

function period(from: unknown, to: unknown): string {
  if (from === undefined && to === undefined) return '';
  if (to === undefined) return `from ${from}: `;
  return from === undefined ? `to ${to}: ` : `${from} to ${to}: `;
}

function named(parts: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(parts).map(([name, part]) => {
    if (name === 'summary' || name === 'events') return anyInWords(part);
    return typeof part === 'number' ? `${spaced(name)} ${part}` : `${spaced(name)}: ${anyInWords(part)}`;
  });
}

function joined(parts: readonly string[]): string {
  return parts.join('; ');
}

// `maxBudValue` is a column's name; people read words.
function spaced(name: string): string {
  return /^[a-z]+([A-Z][a-z]+)+$/.test(name) ? name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`) : name;
}
