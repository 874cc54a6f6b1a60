/** Comma-separated values as RFC 4180 has them, read so that one broken row does not hide the next. */

/** A row of a list that cannot be read, by its line in the file, the first being 1. */
export interface BrokenRow {
  readonly line: number;
  readonly reason: string;
}

/** A row by its column names, and the line on which it begins. */
export interface CsvRow {
  readonly line: number;
  readonly cells: Readonly<Record<string, string>>;
}

/** A list as far as it can be read. `missing` has the columns it should have and has not. */
export interface Csv {
  readonly rows: readonly CsvRow[];
  readonly broken: readonly BrokenRow[];
  readonly missing: readonly string[];
}

interface RawRow {
  readonly line: number;
  readonly cells: readonly string[];
  readonly broken: string | null;
}

/** Reads a list with a heading. Empty lines say nothing and are passed over; cells are trimmed. */
export function readCsv(text: string, columns: readonly string[]): Csv {
  const [heading, ...rows] = rawRows(text.replace(/^\uFEFF/, '')).filter(({ cells }) => cells.some((cell) => cell !== ''));
  const names = heading?.cells ?? [];
  const missing = columns.filter((column) => !names.includes(column));
  if (missing.length > 0) return { rows: [], broken: [], missing };
  const broken: BrokenRow[] = [];
  const read: CsvRow[] = [];
  for (const { line, cells, broken: reason } of rows) {
    if (reason !== null) broken.push({ line, reason });
    else if (cells.length !== names.length)
      broken.push({ line, reason: `has ${cells.length} cells where the heading has ${names.length}` });
    else read.push({ line, cells: Object.fromEntries(names.map((name, at) => [name, cells[at] ?? ''])) });
  }
  return { rows: read, broken, missing };
}

// A quoted cell may go over lines. One that is never closed would swallow the rest of the list: then its line alone is broken.
function rawRows(text: string): RawRow[] {
  const rows: RawRow[] = [];
  let at = 0;
  let line = 1;
  while (at < text.length) {
    const row = oneRow(text, at);
    const taken = row ?? { cells: [text.slice(at, endOfLine(text, at))], end: endOfLine(text, at) };
    rows.push({ line, cells: taken.cells, broken: row === null ? 'has a quotation mark out of place' : null });
    const next = text.startsWith('\r\n', taken.end) ? taken.end + 2 : taken.end + 1;
    line += text.slice(at, next).split('\n').length - 1;
    at = next;
  }
  return rows;
}

function endOfLine(text: string, from: number): number {
  const end = text.slice(from).search(/\r?\n/);
  return end === -1 ? text.length : from + end;
}

const plain = /[^",\r\n]*/y;
const quoted = /"((?:[^"]|"")*)"[ \t]*/y;

function oneRow(text: string, from: number): { readonly cells: string[]; readonly end: number } | null {
  const cells: string[] = [];
  let at = from;
  while (true) {
    const pattern = text[at] === '"' ? quoted : plain;
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found === null) return null;
    cells.push((pattern === quoted ? (found[1] ?? '').replaceAll('""', '"') : found[0]).trim());
    at = pattern.lastIndex;
    if (text[at] === ',') at += 1;
    else if (at >= text.length || text[at] === '\n' || text.startsWith('\r\n', at)) return { cells, end: at };
    else return null;
  }
}
