import type { DispensingFacts } from '#rules/facts.ts';
import type { Ctx, Tx } from '../builder.ts';
import type { OpenFulfillment } from '../claim/held-order.ts';

/** Where a fill stands: its parts so far, and what was put together for the next one. */
export interface PartsSoFar {
  readonly next: number;
  /** Nothing follows: the last part is out, or the rest was given up. */
  readonly closed: boolean;
  readonly handedOut: readonly { readonly value: string; readonly unit: string }[];
  readonly prepared: { readonly lotId: string; readonly lotNumber: string; readonly preparedBy: string } | null;
}

/** Reads the parts of a fill under the lock of its fulfillment. */
export async function partsOf(tx: Tx, { id: fulfillmentId }: Pick<OpenFulfillment, 'id'>): Promise<PartsSoFar> {
  const dispenses = await tx.dispense.findMany({ where: { fulfillmentId }, orderBy: { part: 'asc' } });
  const given = await tx.notDispensed.findUnique({ where: { fulfillmentId } });
  const next = dispenses.length + 1;
  const prepared = await tx.fillPreparation.findFirst({
    where: { fulfillmentId, part: next },
    orderBy: [{ preparedAt: 'desc' }, { id: 'desc' }],
    include: { lot: true },
  });
  return {
    next,
    closed: given !== null || dispenses.some(({ complete }) => complete),
    handedOut: dispenses.map(({ quantityValue, quantityUnit }) => ({ value: quantityValue.toFixed(), unit: quantityUnit })),
    prepared: prepared && { lotId: prepared.lotId, lotNumber: prepared.lot.number, preparedBy: prepared.preparedBy },
  };
}

/** Who put the next part together, as the gate asks it; left out when nobody recorded it. */
export function preparer(ctx: Ctx, { prepared }: PartsSoFar): Pick<DispensingFacts, 'preparedBy'> {
  return prepared === null ? {} : { preparedBy: prepared.preparedBy === ctx.actor.sub ? 'DISPENSER' : 'ANOTHER' };
}

/** How much of a lot was made and is out, under the lot's lock. A lot without a compounding record says nothing of it. */
export async function lotLeft(tx: Tx, lotId: string): Promise<NonNullable<DispensingFacts['lotLeft']>> {
  const record = await tx.compoundingRecord.findUnique({ where: { lotId } });
  if (record === null) return 'not-recorded';
  const out = await tx.dispense.groupBy({ by: ['quantityUnit'], where: { lotId }, _sum: { quantityValue: true } });
  return {
    made: { value: record.yieldValue.toFixed(), unit: record.yieldUnit },
    out: out.map(({ quantityUnit: unit, _sum }) => ({ value: (_sum.quantityValue ?? 0).toString(), unit })),
  };
}
