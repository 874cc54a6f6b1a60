import type { ServiceContext } from '#kernel/context.ts';
import type { Tx } from '../builder.ts';

/** As many changes as are folded in one transaction. */
const AT_ONCE = 5_000;

/** Adds what changed in the figures to their days. Whoever reads adds up both, so nothing shows whether this has run. */
export async function foldMetrics(service: ServiceContext<Tx>): Promise<void> {
  for (let folded = AT_ONCE; folded === AT_ONCE; ) {
    folded = await service.write(async (tx) => {
      const [row] = await tx.$queryRawUnsafe<{ folded: number }[]>('select prescriptions_metrics.fold($1::integer) as folded', AT_ONCE);
      return row?.folded ?? 0;
    });
  }
}
