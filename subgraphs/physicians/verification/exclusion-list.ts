/** What the two lists of excluded persons have in common: by NPI somebody is found, by name somebody may be meant. */

import { type BrokenRow, type CsvRow, readCsv } from '#kernel/csv.ts';
import { keyOf, plainGivenName, plainName, sameGivenName } from './person-match.ts';
import { type Finding, type ListedSource, ListRefused, type SoughtPerson } from './source.ts';

/** A row of an exclusion list that is in force. */
export interface ExclusionRow {
  readonly npi: string | null;
  readonly familyName: string;
  readonly givenName: string;
  /** `YYYY-MM-DD`; null when the list does not say. */
  readonly bornOn: string | null;
  /** Two letters; empty when the list does not say. */
  readonly state: string;
  readonly since: string;
  /** The list's own words for the kind of exclusion. */
  readonly kind: string;
}

/** What tells one exclusion list from the other. */
export interface ExclusionList {
  readonly source: 'OIG_LEIE' | 'SAM';
  /** The list in a sentence: "the OIG list". */
  readonly name: string;
  readonly columns: readonly string[];
  /** At how many characters the list cuts a family name off; null where it does not. */
  readonly familyNameWidth: number | null;
  /** A row in force, null for one that is not, or what is wrong with it. Today is `YYYY-MM-DD`. */
  entryOf(row: CsvRow, today: string): ExclusionRow | string | null;
}

/** Reads an exclusion list as of its day. Throws ListRefused for a file that is another list. */
export function readExclusionList(list: ExclusionList, text: string, asOf: Date): ListedSource {
  const { rows, broken, missing } = readCsv(text, list.columns);
  if (missing.length > 0) throw new ListRefused([`This is not ${list.name}: it has no column ${missing.join(', ')}.`]);
  const today = asOf.toISOString().slice(0, 10);
  const wrong: BrokenRow[] = [...broken];
  const excluded: ExclusionRow[] = [];
  for (const row of rows) {
    const read = list.entryOf(row, today);
    if (typeof read === 'string') wrong.push({ line: row.line, reason: read });
    else if (read !== null) excluded.push(read);
  }
  const lookUp = exclusionsOn(excluded, list.familyNameWidth);
  return {
    ...{ source: list.source, state: null, rowCount: rows.length + broken.length },
    broken: wrong.toSorted((a, b) => a.line - b.line),
    lookUp: async (person) => lookUp(person),
  };
}

/** Finds people on an exclusion list. */
function exclusionsOn(rows: readonly ExclusionRow[], width: number | null): (person: SoughtPerson) => Finding[] {
  const isCut = ({ familyName }: ExclusionRow) => width !== null && familyName.length >= width;
  const byNpi = groupBy(rows, ({ npi }) => npi ?? '');
  const byName = groupBy(rows, ({ familyName }) => plainName(familyName));
  const byCutName = groupBy(rows.filter(isCut), ({ familyName }) => plainName(familyName));
  return (person) => {
    const named = byNpi.get(person.npi) ?? [];
    const first = named.toSorted((a, b) => (a.since < b.since ? -1 : 1))[0];
    if (first !== undefined) {
      return [{ licenseId: null, result: 'EXCLUDED', basis: 'NPI', since: first.since, note: first.kind, matchKey: matchKeyOf(first) }];
    }
    const name = plainName(person.familyName);
    // Whoever cannot be compared was not found, and that proves nothing.
    if (name === '' || plainGivenName(person.givenName) === '') {
      return [{ licenseId: null, result: 'NO_ANSWER', note: 'The name on record cannot be compared with the list’s.' }];
    }
    const beginnings = byCutName.size === 0 ? [] : Array.from(name, (_letter, at) => byCutName.get(name.slice(0, at)) ?? []).flat();
    const possible = [...(byName.get(name) ?? []), ...beginnings].flatMap((row): Finding[] => {
      const basis = likeness(row, person);
      if (basis === null) return [];
      return [{ licenseId: null, result: 'POSSIBLE', basis, since: row.since, note: row.kind, matchKey: matchKeyOf(row) }];
    });
    return possible.length > 0 ? possible : [{ licenseId: null, result: 'CONFIRMED' }];
  };
}

/**
 * Another birthday is another person. The same one may be the same person whatever the NPI, since ours may be a slip. Where the list or the record
 * lacks the birthday another NPI is another person, and the state has to do.
 */
function likeness(row: ExclusionRow, person: SoughtPerson): 'NAME_AND_BIRTH' | 'NAME_AND_STATE' | null {
  if (!sameGivenName(row.givenName, person.givenName)) return null;
  if (row.bornOn !== null && person.bornOn !== null) return row.bornOn === person.bornOn ? 'NAME_AND_BIRTH' : null;
  if (row.npi !== null) return null;
  return row.state === '' || person.licenses.some(({ state }) => state === row.state) ? 'NAME_AND_STATE' : null;
}

// What a list corrects later (an address, the kind) must not make a cleared match look new; a new exclusion must.
function matchKeyOf({ npi, familyName, givenName, bornOn, state, since }: ExclusionRow): string {
  return keyOf(npi, plainName(familyName), plainName(givenName), bornOn, state, since);
}

function groupBy<T>(all: readonly T[], key: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const name = key(one);
    if (name === '') continue;
    const group = groups.get(name);
    if (group) group.push(one);
    else groups.set(name, [one]);
  }
  return groups;
}
