/** Small invented lists of primary sources, with the real columns. */

import { boardColumns } from '../../subgraphs/physicians/verification/state-board.ts';
import { leieColumns } from '../../subgraphs/physicians/verification/leie.ts';

const lines = (columns: readonly string[], rows: readonly Readonly<Record<string, string>>[]): string =>
  [columns, ...rows.map((row) => columns.map((column) => row[column] ?? ''))]
    .map((cells) => cells.map((cell) => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(','))
    .join('\r\n')
    .concat('\r\n');

const nobody = {
  ...{
    LASTNAME: 'QUILLFEATHER',
    FIRSTNAME: 'AMBROSE',
    GENERAL: 'IND- LIC HC SERV PRO',
    SPECIALTY: 'DENTIST',
    NPI: '0000000000',
    DOB: '19580402',
  },
  ...{ ADDRESS: '1 INVENTED ST, APT 2', CITY: 'NOWHERE', STATE: 'WY', ZIP: '82001', EXCLTYPE: '1128a1', EXCLDATE: '20190520' },
  ...{ REINDATE: '00000000', WAIVERDATE: '00000000' },
};

/** The OIG list with somebody on it who is nobody's namesake, and these rows besides. */
export const leie = (...rows: Partial<Record<(typeof leieColumns)[number], string>>[]): string =>
  lines(leieColumns, [nobody, ...rows.map((row) => ({ ...nobody, ...row }))]);

const samHeading = [
  ...['Classification', 'Name', 'Prefix', 'First', 'Middle', 'Last', 'Suffix', 'Address 1', 'Address 2', 'Address 3', 'Address 4'],
  ...['City', 'State / Province', 'Country', 'Zip Code', 'Open Data Flag', 'Blank (Deprecated)', 'Unique Entity ID'],
  ...['Exclusion Program', 'Excluding Agency', 'CT Code', 'Exclusion Type', 'Additional Comments', 'Active Date', 'Termination Date'],
  ...['Record Status', 'Cross-Reference', 'SAM Number', 'CAGE', 'NPI', 'Creation_Date'],
];
const samFirm = {
  ...{ Classification: 'Firm', Name: 'Invented Supplies, LLC', City: 'Nowhere', 'State / Province': 'WY', Country: 'USA' },
  ...{ 'Exclusion Program': 'Reciprocal', 'Exclusion Type': 'Ineligible (Proceedings Completed)', 'Active Date': '05/05/2023' },
  ...{ 'Termination Date': 'Indefinite' },
};

/** SAM's extract with a firm on it, and these rows besides. */
export const sam = (...rows: Record<string, string>[]): string =>
  lines(samHeading, [samFirm, ...rows.map((row) => ({ ...samFirm, Classification: 'Individual', Name: '', ...row }))]);

/** A board's export of these licences. */
export const board = (...rows: Partial<Record<(typeof boardColumns)[number], string>>[]): string => lines(boardColumns, rows);

/** An answer of the NPI registry. */
export const nppes = (...results: object[]): string => JSON.stringify({ result_count: results.length, results });
