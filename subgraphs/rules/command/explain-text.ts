/** The table of a state as text for a terminal. */

import type { ExplainRow, ExplainSection, ExplainTable } from '../explain-table.ts';
import type { Release } from '../rule.ts';
import { columns, indented, wrapped } from './columns.ts';

const needs: Readonly<Record<ExplainRow['standing'], string>> = {
  settled: 'nothing',
  forbids: 'nothing opens it',
  'to-confirm': 'an attestation that it holds',
  'to-set': 'a value, attested',
  'out-of-dates': 'a rule for this day',
};

/** The table, then what follows from it. */
export function explainText(table: ExplainTable, follows: readonly string[], releases: readonly Release[], width: number): string[] {
  const { place, service, on, version, sections } = table;
  const about = [`${place.name} (${place.code})`, ...(service === null ? [] : [service]), `on ${on}`].join(', ');
  if (sections.length === 0) {
    const [first] = releases;
    const why = `Nothing is known: no rules had been released by then. The first release, ${first?.version}, is of ${first?.on}.`;
    return [...wrapped(about, width), ...wrapped(`${why} Every decision of that date is UNKNOWN and blocks.`, width)];
  }
  const known = `as release ${version} has it`;
  const lines = [
    ...wrapped(`${about}, ${known}`, width),
    ...wrapped(
      'Reference data, not legal advice. UNKNOWN blocks: what needs something stays closed until a compliance officer has attested it.',
      width,
    ),
    ...sections.flatMap((section) => ['', ...sectionText(section, width)]),
  ];
  if (follows.length === 0) return lines;
  return [...lines, '', 'What follows from the rules alone', ...follows.flatMap((line) => hanging(line, width))];
}

function sectionText({ title, gates, rows, alsoAsked }: ExplainSection, width: number): string[] {
  const heading = gates.length === 0 ? title : `${title} (${gates.join(', ')})`;
  const widths = widthsFor(width);
  const shared = alsoAsked.length === 0 ? [] : indented(`Asks too, as above: ${alsoAsked.join(', ')}`, 2, width);
  if (rows.length === 0) return [...wrapped(heading, width), ...shared];
  return [
    ...wrapped(heading, width),
    ...columns(['  Rule', 'Answer', 'Confidence', 'Needs'], widths),
    ...rows.flatMap((row) => rowText(row, widths, width)),
    ...shared,
  ];
}

function rowText(row: ExplainRow, widths: readonly number[], width: number): string[] {
  const [question = 1, ...others] = widths;
  const answer = row.answer ?? 'not recorded';
  const cells = columns([row.question, answer, row.confidence ?? 'unknown', needs[row.standing]], [question - 2, ...others]);
  const under = [row.ruleId, inForce(row), row.citation, row.release === null ? null : `release ${row.release}`];
  const said = under.filter((part) => part !== null).join(' · ');
  // An address stays in one piece, however long, so that it can be opened.
  const source = row.source === null ? [] : row.source.includes(' ') ? indented(row.source, 6, width) : [`      ${row.source}`];
  return [
    ...cells.map((line) => `  ${line}`),
    ...indented(said, 6, width),
    ...source,
    ...(row.note === null ? [] : indented(`Note: ${row.note}`, 6, width)),
  ];
}

function inForce({ answer, asOf, from, to }: ExplainRow): string | null {
  if (answer === null) return null;
  const start = from === null ? `as of ${asOf}, first day not recorded` : `in force from ${from}`;
  return to === null ? start : `${start} to ${to}`;
}

function hanging(text: string, width: number): string[] {
  return wrapped(text, width - 4).map((line, index) => (index === 0 ? `  ${line}` : `    ${line}`));
}

const CONFIDENCE = 10;
const NEEDS = 18;
const GAPS = 6;

function widthsFor(width: number): number[] {
  const rest = Math.max(30, width - CONFIDENCE - NEEDS - GAPS);
  const question = Math.floor(rest / 2);
  return [question, rest - question, CONFIDENCE, NEEDS];
}
