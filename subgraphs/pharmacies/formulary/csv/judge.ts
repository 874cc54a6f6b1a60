/** A formulary list judged as a whole: every row, rows against each other, and against what is on record. */

import { InvalidInput } from '#kernel/errors.ts';
import { type Csv, readCsv } from '#kernel/csv.ts';
import { isCalendarDay } from '#kernel/scalars.ts';
import { type Cells, columns, fixedColumns, formulaColumns, laterColumns } from './columns.ts';
import type { RecordedItem } from './recorded.ts';
import { type CellProblem, type FormularyRow, readRow } from './row.ts';

/** Rows that one list may have: a transaction has ten seconds, and they are written in one. */
export const MOST_ROWS = 10_000;

/** Something wrong, by the line of the list; without a column it is the line as a whole. */
export interface LineProblem {
  readonly line: number;
  readonly column: string | null;
  readonly message: string;
}

/** A list that was judged. */
export interface Judged {
  /** Lines under the heading that say something. */
  readonly lines: number;
  /** The rows that could be written, where nothing is wrong with them. */
  readonly rows: readonly FormularyRow[];
  readonly problems: readonly LineProblem[];
}

/** A list as it was read: every line by itself, before it is held against others and against what is on record. */
export interface ReadList {
  readonly lines: number;
  readonly rows: readonly {
    readonly line: number;
    readonly cells: Cells;
    readonly row: FormularyRow;
    readonly problems: readonly CellProblem[];
  }[];
  readonly problems: readonly LineProblem[];
}

const noneOfThem = Object.fromEntries(laterColumns.map((column) => [column, '']));

/** Reads a list. One without its columns is no list: it is refused. */
export function readList(text: string): ReadList {
  const csv: Csv = readCsv(
    text,
    columns.filter((column) => !laterColumns.includes(column)),
  );
  const whole = (message: string, lines: number): ReadList => ({ lines, rows: [], problems: [{ line: 1, column: null, message }] });
  if (csv.missing.length > 0) throw new InvalidInput([{ path: 'input.csv', message: `The list has no column ${csv.missing.join(', ')}.` }]);
  const lines = csv.rows.length + csv.broken.length;
  if (lines > MOST_ROWS) return whole(`A list has at most ${MOST_ROWS} rows.`, lines);
  return {
    lines,
    rows: csv.rows.map(({ line, cells: given }) => {
      const cells = { ...noneOfThem, ...given } as Cells;
      return { line, cells, ...readRow(cells) };
    }),
    problems: csv.broken.map(({ line, reason }) => ({ line, column: null, message: reason })),
  };
}

/** Judges a list that was read. */
export function judge({ lines, rows: read, problems: broken }: ReadList, onRecord: readonly RecordedItem[], today: string): Judged {
  const problems: LineProblem[] = [...broken];
  const items = new Map(onRecord.map((item) => [item.cells.item, item]));
  const formulas = new Map(onRecord.map(({ cells }) => [cells.formula, { line: null as number | null, cells }]));
  const seen = new Map<string, number>();
  const codes = new Map(onRecord.flatMap(({ cells }) => (cells.ndc === '' ? [] : [[cells.ndc, { item: cells.item, where: 'on record' }]])));
  const rows: FormularyRow[] = [];
  for (const { line, cells, row, problems: ofCells } of read) {
    const recorded = items.get(cells.item);
    const found = [
      ...ofRow(cells, ofCells, recorded),
      ...ofFormula(cells, formulas.get(cells.formula)),
      ...twice(cells, seen),
      ...ofAnother(cells, codes),
      ...priced(cells, recorded, today),
    ];
    if (!seen.has(cells.item)) seen.set(cells.item, line);
    if (cells.ndc !== '' && !codes.has(cells.ndc)) codes.set(cells.ndc, { item: cells.item, where: `on line ${line}` });
    if (!formulas.has(cells.formula)) formulas.set(cells.formula, { line, cells });
    if (found.length === 0) rows.push(row);
    else problems.push(...found.map((one) => ({ line, ...one })));
  }
  return { lines, rows, problems: problems.toSorted((one, other) => one.line - other.line) };
}

type Found = Omit<LineProblem, 'line'>;

// What stays as it is on record is not judged again: a text that could not be entered today can stay.
function ofRow(cells: Cells, problems: readonly CellProblem[], recorded: RecordedItem | undefined): Found[] {
  if (recorded === undefined) return [...problems];
  const stays = problems.filter(({ column }) => cells[column] !== recorded.cells[column]);
  const changed = [...formulaColumns, ...fixedColumns].filter((column) => cells[column] !== recorded.cells[column]);
  return [
    ...stays.filter(({ column }) => !changed.some((one) => one === column)),
    ...changed.map((column) => ({
      column,
      message: 'does not change of an item on record: offer what is compounded or packed otherwise under another name',
    })),
  ];
}

function ofFormula(cells: Cells, known: { readonly line: number | null; readonly cells: Cells } | undefined): Found[] {
  if (known === undefined) return [];
  const differs = formulaColumns.filter((column) => cells[column] !== known.cells[column]);
  const where = known.line === null ? 'on record' : `on line ${known.line}`;
  return differs.map((column) => ({ column, message: `is not what the formula of this name has ${where}` }));
}

function twice({ item }: Cells, seen: ReadonlyMap<string, number>): Found[] {
  const before = seen.get(item);
  return before === undefined || item === '' ? [] : [{ column: 'item', message: `is on line ${before} already` }];
}

// One code names one product of one pack: two items with it could not be told apart.
function ofAnother({ item, ndc }: Cells, codes: ReadonlyMap<string, { readonly item: string; readonly where: string }>): Found[] {
  const other = codes.get(ndc);
  return other === undefined || other.item === item ? [] : [{ column: 'ndc', message: `is that of ${other.item} ${other.where}` }];
}

// What was asked yesterday stays as it was; an item that is new may have had its price before it came here.
function priced({ priceFrom }: Cells, recorded: RecordedItem | undefined, today: string): Found[] {
  const past = recorded !== undefined && isCalendarDay(priceFrom) && priceFrom < today;
  return past ? [{ column: 'priceFrom', message: `is not before today, ${today}` }] : [];
}
