import type { CsvRow } from '#kernel/csv.ts';
import { type ExclusionRow, readExclusionList } from './exclusion-list.ts';
import { stateRead } from './list-state.ts';
import { dayRead } from './person-match.ts';
import type { ListedSource } from './source.ts';

/** The columns of the Inspector General's downloadable list, https://oig.hhs.gov/exclusions/downloadables/UPDATED.csv. */
export const leieColumns = [
  ...['LASTNAME', 'FIRSTNAME', 'MIDNAME', 'BUSNAME', 'GENERAL', 'SPECIALTY', 'UPIN', 'NPI', 'DOB', 'ADDRESS', 'CITY', 'STATE', 'ZIP'],
  ...['EXCLTYPE', 'EXCLDATE', 'REINDATE', 'WAIVERDATE', 'WVRSTATE'],
] as const;

/** The list has room for 20 characters of a family name, and for 15 of a given one (https://oig.hhs.gov/exclusions/files/leie_record_layout.pdf). */
const FAMILY_NAME_WIDTH = 20;

/**
 * The OIG List of Excluded Individuals/Entities: an NPI of ten noughts and a day of eight are none. Somebody reinstated before the list's day is not
 * excluded; a waiver lets one state's programs pay and takes nothing back, so it is not looked at.
 */
export function readLeie(text: string, asOf: Date): ListedSource {
  const list = { source: 'OIG_LEIE', name: 'the OIG list', columns: leieColumns, familyNameWidth: FAMILY_NAME_WIDTH, entryOf } as const;
  return readExclusionList(list, text, asOf);
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
    ...{ familyName: cell('LASTNAME'), givenName: cell('FIRSTNAME'), bornOn, state: stateRead(cell('STATE')), since },
    kind: cell('EXCLTYPE') === '' ? 'Excluded' : `Excluded under ${cell('EXCLTYPE')}`,
  };
}
