import type { Moves } from '#kernel/states.ts';

/** The life of a fulfillment. A move that is not listed here does not exist. */
export const fulfillmentStatuses = ['RECEIVED', 'CLAIMED', 'DISPENSED', 'SHIPPED', 'REJECTED', 'RETURNED', 'WITHDRAWN'] as const;

/** Where a fulfillment stands. */
export type FulfillmentStatus = (typeof fulfillmentStatuses)[number];

/** What was withdrawn, returned or rejected never moves again: the order is sent anew, as another fulfillment. */
export const fulfillmentMoves: Moves<FulfillmentStatus> = {
  // A pharmacy that closes gives back what it has, claimed or not.
  RECEIVED: ['CLAIMED', 'RETURNED', 'WITHDRAWN'],
  CLAIMED: ['DISPENSED', 'REJECTED', 'RETURNED', 'WITHDRAWN'],
  // A lot can be recalled before it leaves: what was made of it is not shipped, and the order goes back.
  DISPENSED: ['SHIPPED', 'RETURNED'],
  SHIPPED: [],
  REJECTED: [],
  RETURNED: [],
  WITHDRAWN: [],
};

/** Statuses in which a pharmacy has the order, or has filled it: one such fulfillment for each fill (unique index `fulfillment_once`). */
export const liveStatuses: readonly FulfillmentStatus[] = ['RECEIVED', 'CLAIMED', 'DISPENSED', 'SHIPPED'];

/** Statuses in which a pharmacy still has something to do: one such fulfillment an order (unique index `fulfillment_live`). */
export const openStatuses: readonly FulfillmentStatus[] = ['RECEIVED', 'CLAIMED', 'DISPENSED'];

/** Whether a pharmacy has the order in this status. */
export function isLive(status: string): boolean {
  return (liveStatuses as readonly string[]).includes(status);
}
