import type { Ctx } from '../builder.ts';

const last = new WeakMap<Ctx, Promise<unknown>>();

/**
 * Runs the verifications of one request one after the other: each asks the graph and then writes, and a request may not
 * ask while it writes.
 */
export function inTurn<Result>(ctx: Ctx, work: () => Promise<Result>): Promise<Result> {
  const mine = (last.get(ctx) ?? Promise.resolve()).then(work, work);
  last.set(ctx, mine);
  return mine;
}
