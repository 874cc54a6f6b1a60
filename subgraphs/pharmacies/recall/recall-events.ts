import { toId } from '#kernel/ids.ts';
import type { HandOff } from '#kernel/outbox.ts';
import type { Delivery } from '#kernel/subgraph.ts';
import type { Tx } from '../builder.ts';

/** Under which the outbox keeps what becomes of recalls. */
export const RECALL_TOPIC = 'recall';

interface Telling {
  newId(): string;
  handOff(tx: Tx, handOff: HandOff): Promise<void>;
}

/** Tells that a recall was started, closed or that a clinic is silent about one: ids and codes only, each event once. */
export async function tellOfRecall(
  tx: Tx,
  ctx: Telling,
  recall: { readonly id: string; readonly pharmacyId: string; readonly class: string },
  kind: 'STARTED' | 'CLOSED' | 'SILENT',
  more: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const payload = {
    ...{ kind, recallId: toId('recall', recall.id), pharmacyId: toId('pharmacy', recall.pharmacyId), class: recall.class },
    ...more,
  };
  await ctx.handOff(tx, { topic: RECALL_TOPIC, key: ctx.newId(), seq: 1, attempt: 1, payload });
}

/** Tells whoever listens. There is no receiver elsewhere that could refuse it. */
export const deliverRecall: Delivery<Tx> =
  async (service, { key }) =>
  async (tx) => {
    await service.notify(tx, RECALL_TOPIC, key);
    return null;
  };
