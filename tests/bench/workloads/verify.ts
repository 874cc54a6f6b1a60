import type { BenchWorld, Workload } from './workload.ts';

interface Verified {
  readonly verifyOrder: { readonly verdict: string; readonly checkedAt: string } | null;
}

/** What a pharmacy asks of each order that came in: the contract's own operation, across four subgraphs. */
export function verifyWorkload(world: BenchWorld, documents: ReadonlyMap<string, string>): Workload {
  return {
    name: 'verify-order',
    what: 'a pharmacy verifies an order (VerifyOrder of the contract)',
    persona: 'pharmacist',
    query: documents.get('VerifyOrder') ?? '',
    variables: { orderId: world.orderId },
    same(data) {
      const { verifyOrder } = data as Verified;
      if (verifyOrder?.verdict !== 'VERIFIED') throw new Error(`Not verified: ${JSON.stringify(data)}`);
      return { ...verifyOrder, checkedAt: null };
    },
  };
}
