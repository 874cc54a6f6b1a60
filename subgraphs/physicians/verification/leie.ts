import { type BrokenRow, type CsvRow, readCsv } from './csv.ts';
import { type ExclusionRow, exclusionsOn } from './exclusion-list.ts';
import { dayRead } from './person-match.ts';
import { ListRefused, type ListedSource } from './source.ts';

/** The columns of the Inspector General's downloadable list (UPDATED.csv). */
export const leieColumns = [
  ...['LASTNAME', 'FIRSTNAME', 'MIDNAME', 'BUSNAME', 'GENERAL', 'SPECIALTY', 'UPIN', 'NPI', 'DOB', 'ADDRESS', 'CITY', 'STATE', 'ZIP'],
  ...['EXCLTYPE', 'EXCLDATE', 'REINDATE', 'WAIVERDATE', 'WVRSTATE'],
] as const;

/**
 * The OIG List of Excluded Individuals/Entities. Somebody reinstated before the list's day is not excluded; a waiver lets one state's
 * programs pay and takes nothing back, so it is not looked at.
 */
export function readLeie(text: string, asOf: Date): ListedSource {
  const { rows, broken, missing } = readCsv(text, leieColumns);
  if (missing.length > 0) throw new ListRefused([`This is not the OIG list: it has no column ${missing.join(', ')}.`]);
  const today = asOf.toISOString().slice(0, 10);
  const wrong: BrokenRow[] = [...broken];
  const excluded: ExclusionRow[] = [];
  for (const row of rows) {
    const read = entryOf(row, today);
    if (typeof read === 'string') wrong.push({ line: row.line, reason: read });
    else if (read !== null) excluded.push(read);
  }
  const lookUp = exclusionsOn(excluded);
  return {
    ...{ source: 'OIG_LEIE', state: null, rowCount: rows.length + broken.length },
    broken: wrong.toSorted((a, b) => a.line - b.line),
    lookUp: async (person) => lookUp(person),
  };
}

function entryOf({ cells }: CsvRow, today: string): ExclusionRow | string | null {
  const cell = (name: (typeof leieColumns)[number]) => cells[name] ?? '';
  const npi = cell('NPI');
  if (cell('LASTNAME') === '' && cell('BUSNAME') === '') return 'names nobody';
  if (!/^\d{10}$/.test(npi) && npi !== '') return 'has an NPI that is not ten digits';
  const [since, until, bornOn] = [dayRead(cell('EXCLDATE')), dayRead(cell('REINDATE')), dayRead(cell('DOB'))];
  if (since == null) return 'has no day of exclusion';
  if (until === undefined) return 'has a day of reinstatement that is no day';
  if (bornOn === undefined) return 'has a birthday that is no day';
  if (until !== null && until <= today) return null;
  return {
    npi: npi === '' || npi === '0000000000' ? null : npi,
    ...{ familyName: cell('LASTNAME'), givenName: cell('FIRSTNAME'), bornOn, state: cell('STATE'), since },
    kind: cell('EXCLTYPE') === '' ? 'Excluded' : `Excluded under ${cell('EXCLTYPE')}`,
  };
}
