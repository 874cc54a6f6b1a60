import { type BoardStatus, isSanction } from '../license/license-standing.ts';
import { type BrokenRow, type CsvRow, readCsv } from '#kernel/csv.ts';
import { dayRead, sameFamilyName } from './person-match.ts';
import { type Finding, ListRefused, type ListedSource, type SoughtLicense, type SoughtPerson } from './source.ts';

/** The columns of a board's export. Every board has its own: whoever fetches it names them so. */
export const boardColumns = [
  ...['license_number', 'license_type', 'last_name', 'first_name', 'status', 'expires_on', 'action', 'action_on', 'reference'],
] as const;

const words: Readonly<Record<string, BoardStatus>> = {
  ...{ ACTIVE: 'ACTIVE', CLEAR: 'ACTIVE', CURRENT: 'ACTIVE' },
  ...{ RESTRICTED: 'RESTRICTED', LIMITED: 'RESTRICTED', PROBATION: 'RESTRICTED', CONDITIONAL: 'RESTRICTED' },
  ...{ SUSPENDED: 'SUSPENDED', REVOKED: 'REVOKED', SURRENDERED: 'REVOKED' },
  ...{ EXPIRED: 'EXPIRED', LAPSED: 'EXPIRED', INACTIVE: 'EXPIRED', DELINQUENT: 'EXPIRED', RETIRED: 'EXPIRED' },
};

const types = ['PHYSICIAN', 'NURSE_PRACTITIONER', 'PHYSICIAN_ASSISTANT', 'REGISTERED_NURSE', 'TELEHEALTH_REGISTRATION'];

interface BoardRow {
  readonly number: string;
  readonly type: string;
  readonly familyName: string;
  readonly status: BoardStatus;
  readonly expiresOn: string;
  readonly action: string;
  readonly actionOn: string | null;
  readonly reference: string;
}

/** The export of a state's boards. */
export function readStateBoard(text: string, state: string): ListedSource {
  const { rows, broken, missing } = readCsv(text, boardColumns);
  if (missing.length > 0) throw new ListRefused([`This is not a board’s export: it has no column ${missing.join(', ')}.`]);
  const wrong: BrokenRow[] = [...broken];
  const known = new Map<string, BoardRow>();
  const listed = new Set<string>();
  for (const row of rows) {
    const read = entryOf(row);
    if (typeof read === 'string') wrong.push({ line: row.line, reason: read });
    else if (known.has(keyOf(read))) wrong.push({ line: row.line, reason: 'has a licence that is in the list already' });
    else known.set(keyOf(read), read);
    if (typeof read !== 'string') listed.add(read.type);
  }
  return {
    ...{ source: 'STATE_BOARD', state, rowCount: rows.length + broken.length },
    broken: wrong.toSorted((a, b) => a.line - b.line),
    lookUp: async (person) =>
      person.licenses
        .filter((license) => license.state === state)
        .map((license) => ({
          ...(listed.has(license.type) ? findingOn(person, license, known.get(keyOf(license))) : otherBoard),
          licenseId: license.id,
        })),
  };
}

const keyOf = ({ type, number }: { readonly type: string; readonly number: string }) =>
  `${type} ${number.toUpperCase().replace(/[^A-Z0-9]/g, '')}`;

function entryOf({ cells }: CsvRow): BoardRow | string {
  const cell = (name: (typeof boardColumns)[number]) => cells[name] ?? '';
  const status = words[cell('status').toUpperCase()];
  const [expiresOn, actionOn] = [dayRead(cell('expires_on')), dayRead(cell('action_on'))];
  if (cell('license_number') === '') return 'has no licence number';
  if (!types.includes(cell('license_type'))) return `has a type that is none of ${types.join(', ')}`;
  if (status === undefined) return 'has a status nobody has told us the meaning of';
  if (expiresOn == null) return 'has no last day';
  if (actionOn === undefined) return 'has a day of action that is no day';
  return {
    ...{ number: cell('license_number'), type: cell('license_type'), familyName: cell('last_name'), status, expiresOn, actionOn },
    ...{ action: cell('action'), reference: cell('reference') },
  };
}

// A state has several boards: a list of physicians says nothing of nurses.
const otherBoard = { result: 'NO_ANSWER', note: 'The list has no licence of this type.' } as const;

/**
 * What a row says of a licence. Whatever name it is under, a sanction is one of this number. Doubt about a licence (it is not in the list, is
 * somebody else's there, ends earlier) leaves it unverified until somebody has asked the board.
 */
function findingOn(person: SoughtPerson, license: SoughtLicense, row: BoardRow | undefined): Omit<Finding, 'licenseId'> {
  if (row === undefined) return { result: 'NOT_FOUND', status: 'UNVERIFIED', note: 'The board’s list does not have it.' };
  const at = { basis: 'LICENSE_NUMBER', since: row.actionOn, reference: row.reference || null } as const;
  const doubt = { basis: 'LICENSE_NUMBER', result: 'MISMATCH', status: 'UNVERIFIED' } as const;
  // An action on a licence that is still called active: restricted until somebody has read the order.
  const status = row.status === 'ACTIVE' && row.action !== '' ? 'RESTRICTED' : row.status;
  const isSame = sameFamilyName(row.familyName, person.familyName);
  if (isSanction(status)) {
    const said = row.action || `The board calls it ${row.status.toLowerCase()}.`;
    return { ...at, status, result: 'DISCIPLINE', note: isSame ? said : `${said} The board has it under another name.` };
  }
  if (!isSame) return { ...doubt, note: 'The board has it under another name.' };
  if (status !== 'ACTIVE')
    return { ...at, status, result: 'MISMATCH', note: `The board has it as over; its last day there was ${row.expiresOn}.` };
  const other = `The board has ${row.expiresOn} as its last day.`;
  if (row.expiresOn < license.expiresOn) return { ...doubt, note: other };
  if (row.expiresOn > license.expiresOn) return { ...at, result: 'MISMATCH', note: other };
  return { ...at, status, result: 'CONFIRMED' };
}
