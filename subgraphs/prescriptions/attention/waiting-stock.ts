import DataLoader from 'dataloader';
import { question } from '#kernel/context.ts';
import { Unavailable } from '#kernel/errors.ts';
import { toId, tryId } from '#kernel/ids.ts';
import { addDays, dayOf } from '#rules/dates.ts';
import { blockers, notKnown, type RuleResult } from '#rules/results.ts';
import type { Ctx } from '../builder.ts';
import { stockVisibleTo } from '../office-stock/office-stock-order.ts';
import { askStock, type StockAnswer, stockRules, type StockWithLines } from '../office-stock/stock-gate.ts';
import type { BrokenGate } from './attention-item.ts';
import type { RecalledReceipt } from './waiting-rows.ts';

/** What lies at clinics of lots that are taken back, until the clinic says that it knows. */
export const recalledStockQuestion = question<{ recalledOfficeStock: readonly RecalledReceipt[] }, { clinics: readonly string[] }>(
  'service',
  `query RecalledOfficeStock($clinics: [ID!]!) {
    recalledOfficeStock(clinicIds: $clinics) { receiptId since }
  }`,
);

/** The recalled lots in a clinic's stock, by stored id; asked only for who may see the stock. Throws Unavailable without an answer: none is good news. */
export async function askRecalled(ctx: Ctx, clinicId: string): Promise<RecalledReceipt[]> {
  if (!ctx.actor.places('office-stock:read').includes(clinicId)) return [];
  const told = await ctx.graph.ask(recalledStockQuestion, { clinics: [toId('clinic', clinicId)] });
  if (told === null) throw new Unavailable('Which lots in stock are taken back could not be read. Try again.');
  return told.recalledOfficeStock.map(({ receiptId, since }) => ({ receiptId: tryId('officeStockReceipt', receiptId) ?? '', since }));
}

const loaders = new WeakMap<Ctx, DataLoader<string, BrokenGate | null>>();

/** Why an order for stock would not be accepted today, by its stored id; asked together with every other of the same tick. Null when it would. */
export function brokenStockOf(ctx: Ctx, id: string): Promise<BrokenGate | null> {
  const loader =
    loaders.get(ctx) ??
    new DataLoader(async (ids: readonly string[]) => {
      const orders = await ctx.db.officeStockOrder.findMany({
        where: { AND: [stockVisibleTo(ctx), { id: { in: [...ids] } }] },
        include: { lines: { orderBy: { position: 'asc' } } },
      });
      const told = await askStock(ctx, orders);
      if (told === null) throw new Unavailable('What office stock stands on could not be read. Try again.');
      const byId = new Map(orders.map((order) => [order.id, broken(order, told, ctx.now())]));
      return ids.map((one) => byId.get(one) ?? null);
    });
  loaders.set(ctx, loader);
  return loader.load(id);
}

function broken(order: StockWithLines, told: StockAnswer, at: Date): BrokenGate | null {
  const stands = stockRules(order, told, at);
  // What is not told of is unknown, and unknown blocks.
  if (stands === null) {
    const unread = notKnown(
      'officeStock.offered',
      'What the facility offers could not be read',
      'Try again; if it lasts, ask the facility.',
    );
    return { blockers: [unread], since: null, mustAct: [] };
  }
  const against = blockers(stands.rules);
  if (against.length === 0) return null;
  return { blockers: against, since: sinceOf(against, stands.facility, order.shipToState, at), mustAct: [{ role: roleOf(against) }] };
}

/** Whose paper it is: the facility's own is its pharmacist's to renew, all else the purchaser's to look into. */
function roleOf(against: readonly RuleResult[]): 'PHARMACIST' | 'PRESCRIBER' {
  return against.every(({ id }) => /^(facility|pharmacy|officeStock)\.|^licence\.(pharmacy|sterile)$/.test(id))
    ? 'PHARMACIST'
    : 'PRESCRIBER';
}

type Facility = NonNullable<ReturnType<typeof stockRules>>['facility'];

/** The first day on which a paper of the facility that stands in the way had lapsed; null where no date on record says. */
function sinceOf(against: readonly RuleResult[], facility: Facility, state: string, at: Date): string | null {
  const today = dayOf(at.toISOString()) ?? '';
  const days = against.flatMap(({ id }) => {
    const kind = /^facility\.evidence\.(\w+)$/.exec(id)?.[1];
    const papers =
      kind === undefined
        ? facility.licenses.filter((one) => one.state === state && id === (one.kind === 'STERILE' ? 'licence.sterile' : 'licence.pharmacy'))
        : (facility.evidence ?? []).filter((one) => one.kind === kind);
    // Of several papers of one kind the one that lasted longest counts: until then another carried.
    const last = papers
      .flatMap(({ expiresOn }) => expiresOn ?? [])
      .toSorted()
      .at(-1);
    return last !== undefined && last < today ? [addDays(last, 1)] : [];
  });
  return days.toSorted()[0] ?? null;
}
