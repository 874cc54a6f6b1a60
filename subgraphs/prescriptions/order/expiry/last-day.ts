/** An order past its last day is over, whatever its row says: the job that notes it only writes down what every reader goes by. */

import { RuleBlocked } from '#kernel/errors.ts';
import { notOver } from '#rules/order-last-day.ts';
import { isBlocked } from '#rules/results.ts';
import type { Order, Prisma } from '#prisma/generated/prescriptions/client.ts';
import { dateOf, dayText } from '../../calendar-day.ts';
import type { OrderStatus } from '../order-status.ts';

const DAY_MS = 86_400_000;

type Lasting = Pick<Order, 'status' | 'lastFillOn' | 'fill' | 'refills'>;

/** Whether it has ended by a moment although its row does not say so yet: signed and at no pharmacy, or with fills left. Days are UTC's. */
export function isOver({ status, lastFillOn, fill, refills }: Lasting, at: Date): boolean {
  const ends = status === 'SIGNED' || (status === 'COMPLETED' && fill <= refills);
  return ends && lastFillOn !== null && dayText(lastFillOn) < dayText(at);
}

/** The status to show. */
export function shownStatus(order: Lasting, at: Date): OrderStatus {
  return isOver(order, at) ? 'EXPIRED' : (order.status as OrderStatus);
}

/** Since when it has that status: an order ends as its last day does. */
export function shownSince(order: Lasting & Pick<Order, 'statusSince'>, at: Date): Date {
  return isOver(order, at) ? endOf(order) : order.statusSince;
}

/** The moment as which an order ends. */
export function endOf({ lastFillOn, statusSince }: Pick<Order, 'lastFillOn' | 'statusSince'>): Date {
  return lastFillOn === null ? statusSince : new Date(lastFillOn.getTime() + DAY_MS);
}

/** Which orders are shown in one of these statuses, and came into it before a moment. `refills` is the column, to compare fills with. */
export function shownIn(
  statuses: readonly OrderStatus[] | null,
  before: Date | null,
  at: Date,
  refills: Prisma.FieldRef<'Order', 'Int'>,
): Prisma.OrderWhereInput {
  const today = dateOf(dayText(at));
  const over: Prisma.OrderWhereInput = {
    lastFillOn: { lt: today },
    OR: [{ status: 'SIGNED' }, { status: 'COMPLETED', fill: { lte: refills } }],
  };
  // Written out and not negated: of a draft, which has no last day, a negation is neither true nor false.
  const notOver: Prisma.OrderWhereInput[] = [
    { lastFillOn: null },
    { lastFillOn: { gte: today } },
    { status: { notIn: ['SIGNED', 'COMPLETED'] } },
    { status: 'COMPLETED', fill: { gt: refills } },
  ];
  const asNoted: Prisma.OrderWhereInput = {
    ...(statuses === null ? {} : { status: { in: [...statuses] } }),
    ...(before === null ? {} : { statusSince: { lt: before } }),
    OR: notOver,
  };
  if (statuses !== null && !statuses.includes('EXPIRED')) return asNoted;
  return { OR: [asNoted, before === null ? over : { AND: [over, { lastFillOn: { lt: dateOf(dayText(before)) } }] }] };
}

/** Throws RuleBlocked for an order past its last day: what is over is renewed, not gone on with. */
export function needUnexpired(order: Lasting, at: Date): void {
  if (shownStatus(order, at) !== 'EXPIRED') return;
  const results = notOver(lastDayOf(order), at.toISOString());
  if (isBlocked(results)) throw new RuleBlocked(results);
}

/** The last day as gates are told it; null where it is not known. */
export function lastDayOf({ lastFillOn }: Pick<Order, 'lastFillOn'>): string | null {
  return lastFillOn === null ? null : dayText(lastFillOn);
}
