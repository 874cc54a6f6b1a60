/** What came, held against what was ordered and what the facility says of its lots. */

import { Big } from 'big.js';
import { question } from '#kernel/context.ts';
import { InvalidInput, type InputIssue } from '#kernel/errors.ts';
import { lotNumber, ucumProblem } from '#kernel/identifiers-product.ts';
import { toId } from '#kernel/ids.ts';
import type { OfficeStockLine, OfficeStockOrder, OfficeStockReceipt } from '#prisma/generated/prescriptions/client.ts';
import type { Ctx } from '../builder.ts';
import type { OfficeStockReceiptInput } from './receive-office-stock.ts';
import { dueOf } from './office-stock-order.ts';

/** A lot as its facility has it on record. */
export interface LotAnswer {
  /** Normalised. */
  readonly number: string;
  readonly formularyItemId: string;
  readonly beyondUseDate: string;
  readonly status: string;
}

/** What a facility has on record of lots, by their numbers. Those it has not are left out. */
export const lotQuestion = question<{ officeStockLotFacts: readonly LotAnswer[] }, { pharmacyId: string; numbers: readonly string[] }>(
  'service',
  `query OfficeStockLots($pharmacyId: ID!, $numbers: [String!]!) {
    officeStockLotFacts(pharmacyId: $pharmacyId, numbers: $numbers) { number formularyItemId beyondUseDate status }
  }`,
);

/** What the facility of an order has on record of the lots that came; null is not known. Never inside a transaction. */
export async function askLots(
  ctx: Ctx,
  order: Pick<OfficeStockOrder, 'pharmacyId'>,
  receipts: readonly Receipt[],
): Promise<readonly LotAnswer[] | null> {
  const pharmacyId = toId('pharmacy', order.pharmacyId);
  const told = await ctx.graph.ask(lotQuestion, { pharmacyId, numbers: receipts.map(({ lotNumber: number }) => number) });
  return told?.officeStockLotFacts ?? null;
}

/** A line with what has come of it. */
export type LineWithReceipts = OfficeStockLine & { readonly receipts: readonly OfficeStockReceipt[] };

type Receipt = typeof OfficeStockReceiptInput.$inferInput;
type Lot = Pick<OfficeStockReceipt, 'position' | 'lotNumber' | 'beyondUseOn' | 'quantityUnit'> & { readonly quantityValue: string };

/**
 * The lots that came; throws InvalidInput with the path of each that may not be taken. A lot that the facility has not on record is taken as
 * its label says: its number is searched by when it is recalled.
 */
export function lotsOf(
  receipts: readonly Receipt[],
  lines: readonly LineWithReceipts[],
  known: readonly LotAnswer[],
  today: string,
): Lot[] {
  const issues: InputIssue[] = [];
  const seen = new Set<string>();
  const due = new Map(lines.map((line) => [line.position, new Big(dueOf(line).toFixed())] as const));
  const lots = receipts.map(({ position, lotNumber: text, beyondUseDate, quantity }, index): Lot => {
    const wrong = (field: string, message: string) => issues.push({ path: `input.receipts.${index}.${field}`, message });
    const number = lotNumber(text) ?? '';
    const line = lines.find((one) => one.position === position);
    const day = String(beyondUseDate);
    if (line === undefined) wrong('position', 'The order has no such line.');
    if (number === '') wrong('lotNumber', 'That is no lot number.');
    else if (seen.has(`${position} ${number}`)) wrong('lotNumber', 'The lot is given twice for this line.');
    seen.add(`${position} ${number}`);
    const unlike =
      line === undefined
        ? null
        : unlikeRecord(
            known.find((lot) => lot.number === number),
            line,
            day,
          );
    if (unlike !== null) wrong(unlike.field, unlike.message);
    if (day < today) wrong('beyondUseDate', 'Its beyond-use date is past: do not take it.');
    const problem = ucumProblem(quantity.unit);
    const left = due.get(position);
    if (problem !== null) wrong('quantity.unit', `A unit ${problem}.`);
    else if (line !== undefined && quantity.unit !== line.quantityUnit)
      wrong('quantity.unit', `Line ${position} was ordered in ${line.quantityUnit}: give what came in that.`);
    else if (left?.lt(quantity.value))
      wrong('quantity.value', `${left.gt(0) ? `Only ${left.toFixed()} ${quantity.unit}` : 'Nothing'} of line ${position} is still due.`);
    if (left !== undefined) due.set(position, left.minus(quantity.value));
    return {
      position,
      lotNumber: number,
      beyondUseOn: new Date(`${day}T00:00:00Z`),
      quantityValue: quantity.value,
      quantityUnit: quantity.unit,
    };
  });
  if (issues.length > 0) throw new InvalidInput(issues);
  return lots;
}

/** Whether all that was ordered is here with what came now. */
export function isComplete(lines: readonly LineWithReceipts[], came: readonly Lot[]): boolean {
  return lines.every((line) => {
    const now = came.filter(({ position }) => position === line.position);
    return now.reduce((due, { quantityValue }) => due.minus(quantityValue), new Big(dueOf(line).toFixed())).lte(0);
  });
}

function unlikeRecord(
  lot: LotAnswer | undefined,
  line: Pick<OfficeStockLine, 'formularyItemId'>,
  day: string,
): { readonly field: 'lotNumber' | 'beyondUseDate'; readonly message: string } | null {
  if (lot === undefined) return null;
  if (lot.status === 'RECALLED')
    return { field: 'lotNumber', message: 'The facility takes this lot back: keep it apart and send it back.' };
  if (lot.status !== 'RELEASED') return { field: 'lotNumber', message: 'The facility has not released this lot: do not take it.' };
  if (lot.formularyItemId !== toId('formularyItem', line.formularyItemId))
    return { field: 'lotNumber', message: 'The facility made this lot as another preparation.' };
  if (lot.beyondUseDate !== day)
    return { field: 'beyondUseDate', message: `The facility has ${lot.beyondUseDate} on record for this lot.` };
  return null;
}
