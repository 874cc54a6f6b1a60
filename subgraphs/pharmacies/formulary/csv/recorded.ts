/** A pharmacy's formulary as it is on record, as the rows of a list. */

import type { Prisma } from '#prisma/generated/pharmacies/client.ts';
import type { Tx } from '../../builder.ts';
import { dayOf } from '../../calendar-day.ts';
import { priceOn } from '../formulary-price.ts';
import { excipientsOf, ratioOf } from '../formula-parts.ts';
import { type Cells, partText, ratioText } from './columns.ts';

const inOrder = { orderBy: { position: 'asc' } } as const;

function wanted(now: Date) {
  return {
    formula: { include: { ingredients: inOrder, excipients: inOrder } },
    prices: { ...priceOn(now), take: 1 },
  } satisfies Prisma.FormularyItemInclude;
}

type Item = Prisma.FormularyItemGetPayload<{ include: ReturnType<typeof wanted> }>;

/** An item on record with the row that an export has of it. */
export interface RecordedItem {
  readonly id: string;
  readonly formulaId: string;
  readonly priceCents: number | null;
  readonly cells: Cells;
}

/** Every item of a pharmacy, in the order of names. */
export async function recordedItems(db: Tx, pharmacyId: string, now: Date): Promise<RecordedItem[]> {
  const items = await db.formularyItem.findMany({ where: { pharmacyId }, include: wanted(now), orderBy: [{ name: 'asc' }, { id: 'asc' }] });
  return items.map((item) => ({
    id: item.id,
    formulaId: item.formulaId,
    priceCents: item.prices[0]?.amountCents ?? null,
    cells: cellsOf(item),
  }));
}

const yes = (value: boolean) => (value ? 'yes' : 'no');
const day = (at: Date | null | undefined) => (at == null ? '' : dayOf(at));
const joined = (members: readonly (string | null)[]) =>
  members
    .map((one) => partText(one ?? ''))
    .join('|')
    .replace(/\|+$/, '');

function cellsOf({ formula, prices: [price], ...item }: Item): Cells {
  const excipients = excipientsOf(formula);
  return {
    item: item.name,
    formula: formula.name,
    dosageForm: formula.dosageForm,
    route: formula.route,
    sterile: yes(formula.sterile),
    preparationType: formula.preparationType,
    copyOfApproved: yes(formula.requiresClinicalDifference),
    ingredients: formula.ingredients
      .map((one) => {
        const ratio = ratioOf(one);
        // Text that has no amounts is shown as it is: it can stay, and cannot be entered.
        return joined([one.name, one.unii, one.rxcui, ratio === null ? one.strength : ratioText(ratio), one.csSchedule]);
      })
      .join('; '),
    excipients:
      excipients === null
        ? ''
        : excipients.length === 0
          ? 'none'
          : excipients
              .map(({ name, unii, role, amount }) => joined([name, unii, role, amount === null ? null : ratioText(amount)]))
              .join('; '),
    storage: item.storage,
    beyondUseDays: String(item.beyondUseDays),
    beyondUseBasis: item.beyondUseBasis ?? '',
    beyondUseSource: item.beyondUseSource ?? '',
    packValue: item.packValue?.toFixed() ?? '',
    packUnit: item.packUnit ?? '',
    container: item.container ?? '',
    device: item.device ?? '',
    doseVariant: item.doseVariant ?? '',
    ndc: item.ndc ?? '',
    priceCents: price === undefined ? '' : String(price.amountCents),
    priceFrom: '',
    leadTimeDays: item.leadTimeDays === null ? '' : String(item.leadTimeDays),
    shipsTo: item.shipsTo.join(' '),
    effectiveFrom: day(item.effectiveFrom),
    effectiveTo: day(item.effectiveTo),
    active: yes(item.active),
  };
}
