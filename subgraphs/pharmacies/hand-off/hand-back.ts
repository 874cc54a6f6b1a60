import { question, type ServiceContext } from '#kernel/context.ts';
import { toId } from '#kernel/ids.ts';
import type { PendingHandOff } from '#kernel/outbox.ts';
import type { Ctx, Tx } from '../builder.ts';
import type { HandOffReply } from './hand-off-answer.ts';
import type { Head } from './head.ts';

/** What `prescriptions` is told of a fulfillment. */
export type HandBackKind = 'CLAIMED' | 'DISPENSED' | 'SHIPPED' | 'RETURNED' | 'REJECTED' | ParcelNewsKind;

/** What `prescriptions` is told of a parcel that has left. USABLE: it was too warm or too cold, and may be used all the same. */
export type ParcelNewsKind = 'RESHIPPED' | 'DELIVERED' | 'LOST' | 'SPOILED' | 'EXCURSION' | 'USABLE';

/** The outbox topic of everything that goes back. */
export const FULFILLMENT_TOPIC = 'fulfillment';

interface HandBack {
  readonly kind: HandBackKind;
  readonly reason?: string;
  /** Stored id of the parcel it is about. */
  readonly shipmentId?: string;
  readonly lot?: { readonly id: string; readonly number: string };
}

interface Told {
  readonly id: string;
  readonly orderId: string;
  readonly attempt: number;
  readonly pharmacyId: string;
}

/** Writes what to tell `prescriptions` with the change itself. The caller holds the lock of the order's head, so the sequence has no gaps. */
export async function handBack(
  tx: Tx,
  ctx: Pick<Ctx, 'now' | 'handOff'>,
  head: Head,
  row: Told,
  { kind, reason, lot, shipmentId }: HandBack,
): Promise<void> {
  const seq = head.outSeq + 1;
  await tx.handOffHead.update({ where: { orderId: row.orderId }, data: { outSeq: seq } });
  const payload = {
    ...{ orderId: toId('order', row.orderId), seq, attempt: row.attempt, kind, at: ctx.now().toISOString() },
    ...{ pharmacyId: toId('pharmacy', row.pharmacyId), fulfillmentId: toId('fulfillment', row.id), reason: reason ?? null },
    ...{ lotId: lot ? toId('lot', lot.id) : null, lotNumber: lot?.number ?? null },
    shipmentId: shipmentId === undefined ? null : toId('shipment', shipmentId),
  };
  await ctx.handOff(tx, { topic: FULFILLMENT_TOPIC, key: row.orderId, seq, attempt: row.attempt, payload });
}

/** Kept here whole, so that a test can hold it against the composed schema. */
export const handBackQuestion = question<{ receiveFulfillmentHandOff: HandOffReply }, { input: Readonly<Record<string, unknown>> }>(
  'service',
  'mutation HandBack($input: ReceiveFulfillmentHandOffInput!) { receiveFulfillmentHandOff(input: $input) { outcome status } }',
);

/**
 * Delivers one: a later hand-off of an order waits until every earlier one is answered, so that the receiver never has to
 * guess what came between. Nothing here hangs on the answer, which is kept with the outbox row.
 */
export async function deliverHandBack(service: ServiceContext<Tx>, handOff: PendingHandOff): Promise<(tx: Tx) => Promise<HandOffReply>> {
  const earlier = await service.write((tx) =>
    tx.outboxEvent.findFirst({
      where: { topic: handOff.topic, key: handOff.key, seq: { lt: handOff.seq }, deliveredAt: null },
      select: { id: true },
    }),
  );
  if (earlier) throw new Error('An earlier hand-off of this order is still open.');
  const answer = await service.graph.ask(handBackQuestion, { input: handOff.payload });
  if (!answer) throw new Error('The hand-off was not answered.');
  return async () => answer.receiveFulfillmentHandOff;
}
