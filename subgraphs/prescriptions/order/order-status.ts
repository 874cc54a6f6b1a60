/** The life of an order. A move that is not listed here does not exist; the database keeps the same list. */

import type { Moves } from '#kernel/states.ts';

/** Every state an order can be in. */
export const orderStatuses = ['DRAFT', 'SIGNED', 'SENT', 'CANCEL_REQUESTED', 'CANCELLED', 'COMPLETED', 'SUPERSEDED', 'EXPIRED'] as const;

/** Where an order stands in `prescriptions`; what the pharmacy does with it is the fulfillment's state. */
export type OrderStatus = (typeof orderStatuses)[number];

/**
 * SENT goes back to SIGNED when the pharmacy returns or rejects it: the signature still stands, it can be sent again. COMPLETED goes to SENT
 * for its next fill. CANCEL_REQUESTED stands for either: what the pharmacy gives back is CANCELLED, or SUPERSEDED by the amendment that asked.
 * EXPIRED is what was not filled by its last day: never sent, not begun on by its pharmacy, or with fills left.
 */
export const orderMoves: Moves<OrderStatus> = {
  DRAFT: ['SIGNED', 'CANCELLED'],
  SIGNED: ['SENT', 'CANCELLED', 'SUPERSEDED', 'EXPIRED'],
  SENT: ['SIGNED', 'CANCEL_REQUESTED', 'COMPLETED', 'EXPIRED'],
  CANCEL_REQUESTED: ['CANCELLED', 'SENT', 'COMPLETED', 'SUPERSEDED'],
  CANCELLED: [],
  COMPLETED: ['SENT', 'EXPIRED'],
  SUPERSEDED: [],
  EXPIRED: [],
};

/** What a pharmacy can tell of an order it has. */
export const fulfillmentNews = [
  ...(['CLAIMED', 'DISPENSED', 'SHIPPED', 'RETURNED', 'REJECTED'] as const),
  ...(['RESHIPPED', 'DELIVERED', 'LOST', 'SPOILED', 'EXCURSION', 'USABLE'] as const),
] as const;

/** One kind of news of a fulfillment. */
export type FulfillmentNews = (typeof fulfillmentNews)[number];

/** What the news makes of an order; null leaves it as it is. While a withdrawal waits for its answer, only a shipment decides. */
export function statusAfter(status: OrderStatus, news: FulfillmentNews): OrderStatus | null {
  if (news === 'SHIPPED') return status === 'SENT' || status === 'CANCEL_REQUESTED' ? 'COMPLETED' : null;
  if (news === 'RETURNED' || news === 'REJECTED') return status === 'SENT' ? 'SIGNED' : null;
  return null;
}
