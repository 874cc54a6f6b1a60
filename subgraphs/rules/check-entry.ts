/** What can be wrong with one entry of a pack, looked at by itself. It trusts nothing of what it is given. */

import { type Fields, faultsOf, noteFault } from './check-fields.ts';
import { isDay } from './dates.ts';
import { definitionOf, fits, type Kind } from './definitions.ts';
import { confidences, type PackEntry, reliedUponFrom, type Subject } from './rule.ts';

/** What an entry is held against. */
export interface EntryContext {
  readonly subject: Subject;
  readonly jurisdictions: ReadonlySet<string>;
  /** Version to place, oldest first. */
  readonly order: ReadonlyMap<string, number>;
}

/** What an entry has. Most fields are looked at below, where they are known to belong together. */
export const entryFields: Fields = {
  id: () => null,
  jurisdiction: () => null,
  value: () => null,
  citation: () => null,
  source: noteFault,
  sourceTier: (tier) => (tier === undefined || tier === null || tiers.includes(String(tier)) ? null : `is not one of ${tiers.join(', ')}`),
  confidence: () => null,
  asOf: () => null,
  effectiveFrom: () => null,
  effectiveTo: () => null,
  basis: noteFault,
  note: noteFault,
  since: () => null,
  until: () => null,
};

const tiers: readonly string[] = ['primary', 'secondary', 'vendor'];

/** The entry's faults in words, in a stable order; none for a good one. */
export function entryProblems(entry: PackEntry, context: EntryContext): string[] {
  return [
    ...faultsOf({ ...entry }, entryFields),
    ...identity(entry, context),
    ...evidence(entry, context),
    ...dates(entry),
    ...releases(entry, context),
  ];
}

function identity({ id, jurisdiction, value }: PackEntry, { subject, jurisdictions }: EntryContext): string[] {
  const found: string[] = [];
  if (!jurisdictions.has(jurisdiction)) found.push(`unknown jurisdiction ${told(jurisdiction)}`);
  if (typeof id !== 'string' || !id.startsWith(`${jurisdiction}.`))
    return [...found, `the id does not start with its jurisdiction, ${told(jurisdiction)}`];
  const key = id.slice(jurisdiction.length + 1);
  const definition = definitionOf(key);
  if (definition === null) return [...found, `no rule has the key ${told(key)}`];
  if (definition.subject !== subject) found.push(`belongs to the pack ${definition.subject}, not to ${subject}`);
  if (definition.everyState && jurisdiction === 'US') found.push('is asked of the states, not of US');
  if (!fits(definition.kind, value)) found.push(`the value is not ${kindInWords(definition.kind)}: ${told(value)}`);
  return found;
}

function evidence({ citation, source, confidence }: PackEntry, { subject }: EntryContext): string[] {
  const found: string[] = [];
  if (typeof citation !== 'string' || citation.trim() === '') found.push('the citation is missing');
  if (!confidences.includes(confidence)) found.push(`unknown confidence ${told(confidence)}`);
  if (confidence === 'verified' && blank(source)) found.push('verified, but without the source it was read in');
  else if (typeof source === 'string' && !isSource(source, subject))
    found.push(`the source is not an http or https address: ${told(source)}`);
  return found;
}

function dates(entry: PackEntry): string[] {
  const found: string[] = [];
  if (!isDay(entry.asOf)) found.push(`asOf is not a day: ${told(entry.asOf)}`);
  for (const name of ['effectiveFrom', 'effectiveTo'] as const) {
    const day = entry[name] ?? null;
    if (day !== null && !isDay(day)) found.push(`${name} is not a day: ${told(day)}`);
  }
  if (found.length > 0) return found;
  const from = reliedUponFrom({ asOf: entry.asOf, effectiveFrom: entry.effectiveFrom ?? null });
  const to = entry.effectiveTo ?? null;
  return to !== null && to < from ? [`effectiveTo ${to} is before the first day it is relied upon, ${from}`] : [];
}

function releases({ since, until }: PackEntry, { order }: EntryContext): string[] {
  const from = order.get(since);
  if (from === undefined) return [`since is not a release: ${told(since)}`];
  if (until === undefined || until === null) return [];
  const to = order.get(until);
  if (to === undefined) return [`until is not a release: ${told(until)}`];
  return to > from ? [] : [`until ${until} is not after since ${since}`];
}

/** What a value must be, in words. */
export function kindInWords(kind: Kind): string {
  switch (kind.kind) {
    case 'one-of':
      return `one of ${kind.values.join(', ')}`;
    case 'boolean':
      return 'true or false';
    case 'months':
      return `a whole number of months from 1 to ${kind.most}`;
    case 'credentials':
      return 'a list of MD, DO, NP, PA, each once';
    case 'text':
      return 'a text';
    case 'names':
      return 'a list of names';
    case 'ratio':
      return 'a whole number for each role';
    case 'level':
      return 'a whole number from 0 to 4';
    case 'structured':
      return `an object with ${kind.needs.join(', ')}`;
  }
}

function told(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}

// A link that a person opens: nothing but the web. The chapters behind beyond-use dates are sold, not published, so words may say where those were read.
function isSource(source: string, subject: Subject): boolean {
  if (subject === 'beyond-use-dates' && !/^\s*[a-z][a-z0-9+.-]*:/i.test(source)) return source.trim() !== '';
  return /^https?:\/\/\S+$/.test(source) && URL.canParse(source);
}

function blank(text: unknown): boolean {
  return typeof text !== 'string' || text.trim() === '';
}
