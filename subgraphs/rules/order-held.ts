import { safetyHold } from './chart-standing.ts';
import type { Fact } from './facts.ts';
import type { OrderStandingFact } from './order-life-facts.ts';
import { failed, notKnown, passed, type RuleResult } from './results.ts';

/**
 * Whether an order still stands at its clinic with nothing held, asked of every step of its pharmacy. Left out, it is not asked: decisions kept
 * before it was asked answer as they did.
 */
export function stillStands(order: Fact<OrderStandingFact>): RuleResult[] {
  const id = 'order.standing';
  if (order === undefined) return [];
  if (order?.status == null) return [notKnown(id, 'Where the order stands could not be read', 'Try again; if it lasts, ask the clinic.')];
  const { status, holds } = order;
  if (status === 'SENT' || status === 'COMPLETED') return [passed(id, 'The order stands'), safetyHold(holds)];
  const asked = status === 'CANCEL_REQUESTED';
  const message = asked ? 'The clinic has asked for the order back' : `The order is ${status}`;
  return [failed(id, message, asked ? 'Wait until it is taken back or left here.' : 'Do not fill it.'), safetyHold(holds)];
}
