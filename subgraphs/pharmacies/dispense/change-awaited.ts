import { question } from '#kernel/context.ts';
import type { Ctx } from '../builder.ts';

/** Asked by the service's right: it hangs on a draft, which the pharmacist may not see. Nothing of a patient is told. */
export const changeAwaitedQuestion = question<{ changeAwaited: boolean | null }, { id: string }>(
  'service',
  'query ChangeAwaited($id: ID!) { changeAwaited(orderId: $id) }',
);

/** Whether a change of the order is approved and not signed yet; null when that could not be read. */
export async function askChangeAwaited(ctx: Pick<Ctx, 'graph'>, orderId: string): Promise<boolean | null> {
  return (await ctx.graph.ask(changeAwaitedQuestion, { id: orderId }))?.changeAwaited ?? null;
}
