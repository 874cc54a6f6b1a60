import type { Order } from '#prisma/generated/prescriptions/client.ts';
import { RuleBlocked } from '#kernel/errors.ts';
import type { RefillFact } from '#rules/order-life-facts.ts';
import { isBlocked } from '#rules/results.ts';
import type { Tx } from '../../builder.ts';
import { type Decided, decideAt } from '../../decided.ts';
import { transmissionFacts } from '../../controlled/transmission-facts.ts';
import type { Chart } from '../chart.ts';
import { lastDayOf } from '../expiry/last-day.ts';
import { routingGate } from '../routing-gate.ts';
import { type Neighbours, signingFacts } from '../signing-facts.ts';

/** What the gate is told of an order's fills. */
export async function refillFact(db: Tx, order: Order): Promise<RefillFact> {
  const renewals = await db.order.count({
    where: { priorOrderId: order.id, priorRelation: 'RENEWS', status: { notIn: ['DRAFT', 'CANCELLED'] } },
  });
  return {
    filled: filledTimes(order),
    refills: order.refills,
    completedOn: order.status === 'COMPLETED' ? order.statusSince.toISOString().slice(0, 10) : null,
    daysSupply: order.daysSupply,
    renewed: renewals > 0,
  };
}

/** How many fills of an order are completed: the one it is at counts once it is over. */
export function filledTimes({ fill, status }: Pick<Order, 'fill' | 'status'>): number {
  return status === 'COMPLETED' ? fill : fill - 1;
}

/**
 * May this completed order be filled again now? Asks the gates of signing and of sending with the facts of now, and what a refill asks beside
 * them. Answers both decisions; throws RuleBlocked with everything that was asked when anything stands in the way.
 */
export function requireRefill(chart: Chart, told: Neighbours, refill: RefillFact, at: Date): readonly Decided[] {
  // What it replaced was settled before it went out for the first time.
  const { replaces: _settled, ...signing } = signingFacts(chart, told, at);
  const asked = [
    decideAt({ gate: 'order-signing', ...signing }, at),
    routingGate(chart, told, at, { refill, transmission: transmissionFacts(chart.order, told), lastDay: lastDayOf(chart.order) }),
  ];
  const said = new Set<string>();
  const results = asked
    .flatMap((decided) => decided.results)
    .filter((result) => !said.has(JSON.stringify(result)) && said.add(JSON.stringify(result)));
  if (asked.some((decided) => isBlocked(decided.results))) throw new RuleBlocked(results);
  return asked;
}
