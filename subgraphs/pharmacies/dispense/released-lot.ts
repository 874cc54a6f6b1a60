import { InvalidInput } from '#kernel/errors.ts';
import type { RuleOutcome } from '#kernel/errors.ts';
import type { Ctx, Tx } from '../builder.ts';
import { dayOf, storedDay } from '../calendar-day.ts';

/** What a pharmacist says of the batch in their hand. */
export interface LotEntry {
  readonly pharmacyId: string;
  readonly formularyItemId: string;
  readonly number: string;
  readonly normalizedNumber: string;
  readonly compoundedAt: Date;
  readonly beyondUseDate: string;
  readonly storage: string;
}

/** A lot as a dispense needs it. */
export interface LotRow {
  readonly id: string;
  readonly number: string;
  readonly status: string;
}

/**
 * The lot of that number, made when it is new, and locked against a recall until the transaction ends. A number that was
 * used for another formula, time or date is a slip of the pen, or two lots under one number: refused, since a recall would mix them.
 */
export async function lotOf(tx: Tx, ctx: Ctx, entry: LotEntry): Promise<LotRow> {
  const { pharmacyId, normalizedNumber } = entry;
  await tx.lot.createMany({
    data: [{ ...entry, id: ctx.newId(), beyondUseDate: storedDay(entry.beyondUseDate), status: 'RELEASED' }],
    skipDuplicates: true,
  });
  await tx.$queryRawUnsafe(
    'select 1 from lot where pharmacy_id = $1::uuid and normalized_number = $2 for share',
    pharmacyId,
    normalizedNumber,
  );
  const lot = await tx.lot.findUniqueOrThrow({ where: { pharmacyId_normalizedNumber: { pharmacyId, normalizedNumber } } });
  const differs = [
    lot.formularyItemId === entry.formularyItemId
      ? null
      : { path: 'input.lotNumber', message: `Lot ${lot.number} was recorded for another item.` },
    lot.compoundedAt.getTime() === entry.compoundedAt.getTime()
      ? null
      : { path: 'input.compoundedAt', message: `Lot ${lot.number} was recorded as compounded at ${lot.compoundedAt.toISOString()}.` },
    dayOf(lot.beyondUseDate) === entry.beyondUseDate
      ? null
      : { path: 'input.beyondUseDate', message: `Lot ${lot.number} was recorded with the beyond-use date ${dayOf(lot.beyondUseDate)}.` },
  ].filter((issue) => issue !== null);
  if (differs.length > 0) throw new InvalidInput(differs);
  return lot;
}

/** Whether a lot may leave the pharmacy: asked when it is dispensed and again when it is shipped. */
export function notRecalled(lot: { readonly number: string; readonly status: string }): RuleOutcome {
  const recalled = lot.status === 'RECALLED';
  return {
    id: 'lot.notRecalled',
    outcome: recalled ? 'FAIL' : 'PASS',
    message: recalled ? `Lot ${lot.number} is recalled` : `Lot ${lot.number} is not recalled`,
    citation: null,
    remedy: recalled ? 'Use another lot.' : null,
  };
}
