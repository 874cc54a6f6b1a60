import { tenancyTopics } from '#kernel/tenancy-hand-off.ts';
import type { Ctx, Tx } from '../builder.ts';

/** Has every other subgraph fetch the tenancy when this transaction has committed. One that does not answer is told again until it does. */
export async function tellTenancy(tx: Tx, ctx: Pick<Ctx, 'handOff'>, membershipId: string): Promise<void> {
  for (const topic of tenancyTopics) await ctx.handOff(tx, { topic, key: membershipId, seq: 1, attempt: 1, payload: {} });
}

/** Fetches our own copy. What was decided is decided, so a failure here is the next turn's to mend. */
export async function takeTenancy(ctx: Pick<Ctx, 'refreshTenancy' | 'log' | 'requestId'>): Promise<void> {
  await ctx.refreshTenancy().catch((error: unknown) => {
    ctx.log.warn({ code: 'TENANCY_NOT_REFRESHED', requestId: ctx.requestId, error: error instanceof Error ? error.name : 'unknown' });
  });
}
