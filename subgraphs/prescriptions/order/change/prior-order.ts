import type { Order } from '#prisma/generated/prescriptions/client.ts';
import type { ReplacedOrderFact } from '#rules/order-life-facts.ts';
import type { Tx } from '../../builder.ts';
import { shownStatus } from '../expiry/last-day.ts';
import { changeAsked } from './change-asked.ts';

/** How an order takes the place of another. */
export type PriorRelation = 'AMENDS' | 'RENEWS';

/** The order whose place another takes, with what a decision about that must know of it. */
export interface PriorOrder {
  readonly order: Order;
  readonly relation: PriorRelation;
  readonly atPharmacy: 'NONE' | 'CLAIMED' | 'DISPENSED';
  readonly changeAsked: boolean;
  readonly settled: boolean;
}

/** The order before this one, as far as the caller may read it; null when it takes nobody's place. */
export async function readPrior(db: Tx, { priorOrderId, priorRelation }: Order): Promise<PriorOrder | null> {
  if (priorOrderId === null) return null;
  const order = await db.order.findFirst({ where: { id: priorOrderId } });
  return order === null ? null : priorAs(db, order, priorRelation as PriorRelation);
}

/** A signed order as one whose place is to be taken. */
export async function priorAs(db: Tx, order: Order, relation: PriorRelation): Promise<PriorOrder> {
  return {
    order,
    relation,
    atPharmacy: order.status === 'SENT' ? await toldBy(db, order) : 'NONE',
    changeAsked: await changeAsked(db, order),
    settled: await isSettled(db, order),
  };
}

/** What the pharmacy has told since the order went out last: its news are lines of the timeline with a reason. */
async function toldBy(db: Tx, { id }: Order): Promise<PriorOrder['atPharmacy']> {
  const events = await db.orderEvent.findMany({
    where: { orderId: id },
    orderBy: { position: 'desc' },
    select: { status: true, reason: true },
  });
  const sent = events.findIndex(({ status, reason }) => status === 'SENT' && reason === null);
  const news = events.slice(0, sent === -1 ? undefined : sent).map(({ reason }) => reason);
  if (news.includes('DISPENSED')) return 'DISPENSED';
  return news.includes('CLAIMED') ? 'CLAIMED' : 'NONE';
}

async function isSettled(db: Tx, { priorOrderId, priorRelation }: Order): Promise<boolean> {
  if (priorOrderId === null || priorRelation !== 'AMENDS') return true;
  const before = await db.order.findFirst({ where: { id: priorOrderId }, select: { status: true } });
  return before?.status === 'SUPERSEDED';
}

/** As gates ask of it at a moment; null when it should be there and cannot be read. */
export function replacedFact(prior: PriorOrder | null, at: Date): ReplacedOrderFact | null {
  if (prior === null) return null;
  const { order, relation, atPharmacy, settled } = prior;
  return { relation, status: shownStatus(order, at), atPharmacy, changeAsked: prior.changeAsked, settled };
}
