import type { CsvRow } from './csv.ts';
import { type ExclusionRow, readExclusionList } from './exclusion-list.ts';
import { dayRead } from './person-match.ts';
import type { ListedSource } from './source.ts';

/** The columns of SAM's public exclusions extract that are read; it has more, and another order from year to year. */
export const samColumns = [
  ...['Classification', 'Name', 'First', 'Last', 'State / Province', 'Exclusion Program', 'Exclusion Type', 'Active Date'],
  ...['Termination Date', 'NPI'],
] as const;

/** SAM's list of excluded parties. It has no birthdays: whoever is not found by NPI is compared by name and state. */
export function readSam(text: string, asOf: Date): ListedSource {
  return readExclusionList({ source: 'SAM', name: "SAM's list of exclusions", columns: samColumns, entryOf }, text, asOf);
}

function entryOf({ cells }: CsvRow, today: string): ExclusionRow | string | null {
  const cell = (name: (typeof samColumns)[number]) => cells[name] ?? '';
  const npi = cell('NPI');
  const isPerson = cell('Classification').toUpperCase() === 'INDIVIDUAL';
  if (cell('Classification') === '') return 'has no classification';
  if (isPerson && cell('Last') === '') return 'names nobody';
  if (npi !== '' && !/^\d{10}$/.test(npi)) return 'has an NPI that is not ten digits';
  const since = dayRead(cell('Active Date'));
  if (since == null) return 'has no day from which it is active';
  const until = /^indefinite$/i.test(cell('Termination Date')) ? null : dayRead(cell('Termination Date'));
  if (until === undefined) return 'has a last day that is no day';
  if (until !== null && until < today) return null;
  return {
    npi: npi === '' || npi === '0000000000' ? null : npi,
    familyName: isPerson ? cell('Last') : '',
    ...{ givenName: cell('First'), bornOn: null, state: cell('State / Province'), since },
    kind: [cell('Exclusion Type'), cell('Exclusion Program')].filter((part) => part !== '').join(', ') || 'Excluded',
  };
}
