import { InvalidInput } from '#kernel/errors.ts';
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

/** The lot of that number, made when it is new, and locked against a recall and other dispenses of it until the transaction ends: what is left of it is counted under the lock. */
export async function lockLot(tx: Tx, ctx: Ctx, entry: LotEntry) {
  const { pharmacyId, normalizedNumber } = entry;
  await tx.lot.createMany({
    data: [{ ...entry, id: ctx.newId(), beyondUseDate: storedDay(entry.beyondUseDate), status: 'RELEASED' }],
    skipDuplicates: true,
  });
  const number = [pharmacyId, normalizedNumber];
  await tx.$queryRawUnsafe('select 1 from lot where pharmacy_id = $1::uuid and normalized_number = $2 for no key update', ...number);
  return tx.lot.findUniqueOrThrow({ where: { pharmacyId_normalizedNumber: { pharmacyId, normalizedNumber } } });
}

/**
 * Refuses a number that was used for another item, time or date: a slip of the pen, or two lots under one number, which a
 * recall would mix.
 */
export function requireSameLot(lot: Awaited<ReturnType<typeof lockLot>>, entry: LotEntry): void {
  const sameItem = lot.formularyItemId === entry.formularyItemId;
  const sameTime = lot.compoundedAt.getTime() === entry.compoundedAt.getTime();
  const recorded = dayOf(lot.beyondUseDate);
  const issues = [
    sameItem ? [] : { path: 'input.lotNumber', message: `Lot ${lot.number} was recorded for another item.` },
    sameTime
      ? []
      : { path: 'input.compoundedAt', message: `Lot ${lot.number} was recorded as compounded at ${lot.compoundedAt.toISOString()}.` },
    recorded === entry.beyondUseDate
      ? []
      : { path: 'input.beyondUseDate', message: `Lot ${lot.number} was recorded with the beyond-use date ${recorded}.` },
  ].flat();
  if (issues.length > 0) throw new InvalidInput(issues);
}

/** The moment a lot on record ends, where it was recorded with its hour; null for one that ends with its day, and for a new one. */
export async function endOf(tx: Tx, { pharmacyId, normalizedNumber }: LotEntry): Promise<Date | null> {
  const lot = await tx.lot.findUnique({ where: { pharmacyId_normalizedNumber: { pharmacyId, normalizedNumber } } });
  return lot?.beyondUseAt ?? null;
}
