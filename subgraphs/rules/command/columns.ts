/** Text in columns, wrapped to a width. */

/** Breaks a text at spaces so that no line is longer than the width; a word that is longer (an address) is cut. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter((part) => part !== '')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
    while (line.length > width) {
      lines.push(line.slice(0, width));
      line = line.slice(width);
    }
  }
  return line === '' && lines.length > 0 ? lines : [...lines, line];
}

/** Lines of one row: each cell wrapped in its column, two spaces between. */
export function columns(cells: readonly string[], widths: readonly number[]): string[] {
  const wrappedCells = cells.map((cell, index) => wrapped(cell, widths[index] ?? 1));
  const height = Math.max(...wrappedCells.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) =>
    wrappedCells
      .map((lines, index) => (lines[line] ?? '').padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** A paragraph with every line indented. */
export function indented(text: string, indent: number, width: number): string[] {
  return wrapped(text, width - indent).map((line) => `${' '.repeat(indent)}${line}`);
}
