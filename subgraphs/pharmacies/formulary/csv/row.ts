/** A row of a formulary list, read and judged: everything that is wrong with it, by column. */

import { isUsState } from '#kernel/identifiers-contact.ts';
import { labelNdcProblem, ucumProblem } from '#kernel/identifiers-product.ts';
import { isCalendarDay } from '#kernel/scalars.ts';
import { beyondUseBases } from '../offered.ts';
import { beyondUseProblem } from './beyond-use.ts';
import { type Cells, type Column, textProblem } from './columns.ts';
import { type ExcipientPart, excipientsIn, type IngredientPart, ingredientsIn } from './parts.ts';

/** What is wrong with one cell. */
export interface CellProblem {
  readonly column: Column;
  readonly message: string;
}

/** A row that can be written. */
export interface FormularyRow {
  readonly item: string;
  readonly formula: string;
  readonly dosageForm: string;
  readonly route: string;
  readonly sterile: boolean;
  readonly preparationType: string;
  readonly copyOfApproved: boolean;
  readonly ingredients: readonly IngredientPart[];
  /** Null is not recorded. */
  readonly excipients: readonly ExcipientPart[] | null;
  readonly storage: string;
  readonly beyondUseDays: number;
  readonly beyondUseBasis: string | null;
  readonly beyondUseSource: string | null;
  readonly packValue: string | null;
  readonly packUnit: string | null;
  readonly container: string | null;
  readonly device: string | null;
  readonly doseVariant: string | null;
  /** Null leaves the one on record. */
  readonly ndc: string | null;
  readonly priceCents: number | null;
  readonly priceFrom: string | null;
  readonly leadTimeDays: number | null;
  readonly shipsTo: readonly string[];
  readonly effectiveFrom: string | null;
  readonly effectiveTo: string | null;
  readonly active: boolean;
}

/** Reads cells and keeps what is wrong with them. */
class Reader {
  readonly problems: CellProblem[] = [];
  readonly #cells: Cells;
  constructor(cells: Cells) {
    this.#cells = cells;
  }
  add(column: Column, message: string): void {
    this.problems.push({ column, message });
  }
  text(column: Column, longest: number): string {
    const text = this.#cells[column];
    const problem = textProblem(text, longest);
    if (problem !== null) this.add(column, problem);
    return text;
  }
  textOrNone(column: Column, longest: number): string | null {
    return this.#cells[column] === '' ? null : this.text(column, longest);
  }
  yes(column: Column): boolean {
    const text = this.#cells[column].toLowerCase();
    if (text !== 'yes' && text !== 'no') this.add(column, 'is yes or no');
    return text === 'yes';
  }
  whole(column: Column, least: number, most: number): number | null {
    const text = this.#cells[column];
    if (text === '') return null;
    const value = /^[0-9]{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= least && value <= most)) this.add(column, `is a whole number from ${least} to ${most}`);
    return value;
  }
  day(column: Column): string | null {
    const text = this.#cells[column];
    if (text !== '' && !isCalendarDay(text)) this.add(column, 'is a day as 2026-12-31');
    return text === '' ? null : text;
  }
  oneOf(column: Column, values: readonly string[]): string {
    const text = this.#cells[column];
    if (!values.includes(text)) this.add(column, `is one of ${values.join(', ')}`);
    return text;
  }
  listed<T>(column: Column, read: (text: string) => T | { readonly problem: string }, otherwise: T): T {
    const found = read(this.#cells[column]);
    if (typeof found !== 'object' || found === null || !('problem' in found)) return found;
    this.add(column, found.problem);
    return otherwise;
  }
}

const storages = ['CONTROLLED_ROOM_TEMPERATURE', 'REFRIGERATED', 'FROZEN'];

function statesIn(text: string): readonly string[] | { readonly problem: string } {
  const states = text.split(/[ ,]+/).filter((one) => one !== '');
  const wrong = states.find((one) => !isUsState(one));
  if (wrong !== undefined) return { problem: `${wrong.slice(0, 20)} is no state` };
  return new Set(states).size === states.length ? states : { problem: 'names a state twice' };
}

/** The row, and what is wrong with it; a row with problems is not to be written. */
export function readRow(cells: Cells): { readonly row: FormularyRow; readonly problems: readonly CellProblem[] } {
  const read = new Reader(cells);
  const row: FormularyRow = {
    item: read.text('item', 200),
    formula: read.text('formula', 200),
    dosageForm: read.text('dosageForm', 80),
    route: read.text('route', 80),
    sterile: read.yes('sterile'),
    preparationType: read.text('preparationType', 60),
    copyOfApproved: read.yes('copyOfApproved'),
    ingredients: read.listed<readonly IngredientPart[]>('ingredients', ingredientsIn, []),
    excipients: read.listed<readonly ExcipientPart[] | null>('excipients', excipientsIn, null),
    storage: read.oneOf('storage', storages),
    beyondUseDays: read.whole('beyondUseDays', 1, 3_650) ?? 0,
    beyondUseBasis: cells.beyondUseBasis === '' ? null : read.oneOf('beyondUseBasis', beyondUseBases),
    beyondUseSource: read.textOrNone('beyondUseSource', 300),
    packValue: read.textOrNone('packValue', 30),
    packUnit: read.textOrNone('packUnit', 20),
    container: read.textOrNone('container', 60),
    device: read.textOrNone('device', 60),
    doseVariant: read.textOrNone('doseVariant', 60),
    ndc: cells.ndc === '' ? null : cells.ndc,
    priceCents: read.whole('priceCents', 0, 100_000_000),
    priceFrom: read.day('priceFrom'),
    leadTimeDays: read.whole('leadTimeDays', 0, 365),
    shipsTo: read.listed('shipsTo', statesIn, []),
    effectiveFrom: read.day('effectiveFrom'),
    effectiveTo: read.day('effectiveTo'),
    active: read.yes('active'),
  };
  for (const { column, message } of between(row, cells)) read.add(column, message);
  return { row, problems: read.problems };
}

/** What cells say of each other. */
function between(row: FormularyRow, cells: Cells): CellProblem[] {
  const problems: CellProblem[] = [];
  const add = (column: Column, message: string) => problems.push({ column, message });
  if (cells.beyondUseDays === '') add('beyondUseDays', 'is empty');
  if (row.beyondUseDays > 0 && storages.includes(row.storage)) {
    const problem = beyondUseProblem(row);
    if (problem !== null) add(problem.column, problem.message);
  }
  const packed = [row.packValue, row.packUnit, row.container].filter((one) => one !== null).length;
  if (packed !== 0 && packed !== 3) add('packValue', 'comes with its unit and its container, or none of the three is given');
  if (row.packValue !== null && !(/^(0|[1-9][0-9]{0,11})(\.[0-9]{1,6})?$/.test(row.packValue) && Number(row.packValue) > 0))
    add('packValue', 'is an amount above zero');
  if (row.packUnit !== null && ucumProblem(row.packUnit) !== null) add('packUnit', ucumProblem(row.packUnit) ?? '');
  const ndc = row.ndc === null ? null : labelNdcProblem(row.ndc);
  if (ndc !== null) add('ndc', ndc);
  if (packed === 0 && (row.device !== null || row.doseVariant !== null))
    add('container', 'is asked where a device or a dose variant is given');
  if (row.priceFrom !== null && row.priceCents === null) add('priceCents', 'is asked where a day is given from which it counts');
  if (row.effectiveFrom !== null && row.effectiveTo !== null && row.effectiveTo < row.effectiveFrom)
    add('effectiveTo', 'is not before the first day');
  return problems;
}
