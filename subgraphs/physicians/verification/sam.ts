import type { CsvRow } from '#kernel/csv.ts';
import { type ExclusionRow, readExclusionList } from './exclusion-list.ts';
import { stateRead } from './list-state.ts';
import { dayRead } from './person-match.ts';
import type { ListedSource } from './source.ts';

/**
 * The columns that are read of SAM's public exclusions extract, version 2 (https://sam.gov/data-services/Exclusions/Public%20V2?privacy=Public). It
 * has 31, in another order from year to year: version 2 put "Open Data Flag", "Blank (Deprecated)" and "Unique Entity ID" where "DUNS" was.
 */
export const samColumns = [
  ...['Classification', 'Name', 'First', 'Last', 'State / Province', 'Exclusion Program', 'Exclusion Type', 'Active Date'],
  ...['Termination Date', 'NPI'],
] as const;

/** SAM's list of excluded parties. It has no birthdays: whoever is not found by NPI is compared by name and state. */
export function readSam(text: string, asOf: Date): ListedSource {
  const list = { source: 'SAM', name: "SAM's list of exclusions", columns: samColumns, familyNameWidth: null, entryOf } as const;
  return readExclusionList(list, text, asOf);
}

function entryOf({ cells }: CsvRow, today: string): ExclusionRow | string | null {
  const cell = (name: (typeof samColumns)[number]) => cells[name] ?? '';
  const npi = cell('NPI');
  const person = personIn(cell('Classification'), cell('Last'), cell('First'), cell('Name'));
  if (person === 'nobody') return 'names nobody';
  if (npi !== '' && !/^\d{10}$/.test(npi)) return 'has an NPI that is not ten digits';
  const since = dayRead(cell('Active Date'));
  if (since == null) return 'has no day from which it is active';
  const until = /^indefinite$/i.test(cell('Termination Date')) ? null : dayRead(cell('Termination Date'));
  if (until === undefined) return 'has a last day that is no day';
  if (until !== null && until < today) return null;
  return {
    npi: npi === '' || npi === '0000000000' ? null : npi,
    ...(person ?? { familyName: '', givenName: '' }),
    ...{ bornOn: null, state: stateRead(cell('State / Province')), since },
    kind: [cell('Exclusion Type'), cell('Exclusion Program')].filter((part) => part !== '').join(', ') || 'Excluded',
  };
}

/**
 * Whom a row names; null for a firm or a vessel. Some rows have no classification: a last name makes them a person's. A person without a last
 * name has one name only, in another column.
 */
function personIn(
  classification: string,
  last: string,
  first: string,
  full: string,
): Pick<ExclusionRow, 'familyName' | 'givenName'> | null | 'nobody' {
  const isPerson = classification === '' ? last !== '' : classification.toUpperCase() === 'INDIVIDUAL';
  if (!isPerson) return null;
  if (last !== '') return { familyName: last, givenName: first };
  const words = (full || first).split(/\s+/);
  const familyName = words.at(-1) ?? '';
  return familyName === '' ? 'nobody' : { familyName, givenName: words.length > 1 ? (words[0] ?? '') : '' };
}
