import { fromId } from '#kernel/ids.ts';
import { CLAIM, type SupplyGraph } from './supply-graph.ts';

/** What came of it when twenty at the pharmacy an order was sent to claim it, and twenty at another, all at once. */
export interface Rush {
  /** Different secrets that were handed out. */
  readonly secrets: number;
  /** Claims on record. */
  readonly claims: number;
  /** Answers that are neither the claim, nor a collision that may be tried again, at the pharmacy itself. */
  readonly odd: readonly string[];
  /** What the others were told, each once. */
  readonly others: readonly string[];
}

/** One round on an order that has arrived and that nobody has claimed. */
export async function claimRush(graph: SupplyGraph, orderId: string): Promise<Rush> {
  const claimAs = (who: SupplyGraph['pharmacist']) => who.ask(CLAIM, { input: { orderId } });
  const callers = Array.from({ length: 20 }, () => [claimAs(graph.pharmacist), claimAs(graph.otherPharmacist)] as const);
  const own = await Promise.all(callers.map(([mine]) => mine));
  const others = await Promise.all(callers.map(([, theirs]) => theirs));
  const kindOf = ({ data, errors }: (typeof own)[number]): string => data?.claimOrder?.__typename ?? errors.join();
  const rows = await graph.sql<{ n: number }>('select count(*)::int as n from claim where order_id = $1', [fromId('order', orderId)]);
  return {
    secrets: new Set(own.flatMap(({ data }) => data?.claimOrder?.secret ?? [])).size,
    claims: rows[0]?.n ?? 0,
    odd: own.map(kindOf).filter((kind) => !['Claim', 'Conflict', 'Unavailable'].includes(kind)),
    others: [...new Set(others.map(kindOf))].toSorted(),
  };
}
