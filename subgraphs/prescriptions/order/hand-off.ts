import type { Order } from '#prisma/generated/prescriptions/client.ts';
import { audit } from '#kernel/audit.ts';
import { question, type ServiceContext } from '#kernel/context.ts';
import { toId } from '#kernel/ids.ts';
import type { HandOff, PendingHandOff } from '#kernel/outbox.ts';
import type { Delivery } from '#kernel/subgraph.ts';
import type { Tx } from '../builder.ts';
import { keepCancelled } from '../document/cancelled-document.ts';
import { settleReplacement } from './change/settle-replacement.ts';
import { expire } from './expiry/expire.ts';
import { tellChange } from './order-changed.ts';
import { pharmacyNameOf } from './order-content.ts';
import { moveOrder } from './timeline.ts';

/** Under which topic an order's hand-offs wait in the outbox. */
export const ORDER_TOPIC = 'order';

/** What a pharmacy is told: here is an order, give it back, give it back for the one that amends it, or give back what was not begun by its last day. */
export type OrderHandOffKind = 'SEND' | 'WITHDRAW' | 'REPLACE' | 'EXPIRE';

/** By which order one is replaced, and whether its pharmacy asked for that. */
export interface Replacement {
  readonly supersededBy: string;
  readonly changeAsked: boolean;
}

/** A hand-off of an order to its pharmacy, with ids and codes only. The sequence counts all of an order's, under its lock. */
export function orderHandOff(
  order: Order,
  kind: OrderHandOffKind,
  { seq, attempt }: { seq: number; attempt: number },
  more?: Replacement | { readonly begunToo: boolean },
): HandOff {
  const payload = {
    kind,
    pharmacyId: toId('pharmacy', order.pharmacyId),
    clinicId: toId('clinic', order.clinicId),
    patientId: toId('patient', order.patientId),
    prescriberId: toId('practitioner', order.prescriberId),
    formularyItemId: toId('formularyItem', order.formularyItemId),
    shipToState: order.shipToState,
    signedAt: order.signedAt?.toISOString(),
    documentDigest: order.digest,
    fill: order.fill,
    ...more,
  };
  return { topic: ORDER_TOPIC, key: order.id, seq, attempt, payload };
}

const receiveOrderHandOff = question<
  { receiveOrderHandOff: { outcome: string; status: string | null } },
  { input: Record<string, unknown> }
>(
  'service',
  `mutation ReceiveOrderHandOff($input: ReceiveOrderHandOffInput!) {
    receiveOrderHandOff(input: $input) { outcome status }
  }`,
);

/** Delivers a hand-off to `pharmacies` and does what its answer says. No answer is not delivered: it is tried again. */
export const deliverOrderHandOff: Delivery<Tx> = async (service, handOff) => {
  const input = { orderId: toId('order', handOff.key), seq: handOff.seq, attempt: handOff.attempt, ...handOff.payload };
  const told = await service.graph.ask(receiveOrderHandOff, { input });
  if (told === null) throw new Error('The pharmacies subgraph did not answer.');
  const answer = told.receiveOrderHandOff;
  return async (tx) => {
    await settle(tx, service, handOff, answer);
    return answer;
  };
};

/**
 * Only the order's last hand-off decides anything: an answer to an earlier one is history. A withdrawal that is denied
 * leaves the order where the fulfillment says it is.
 */
async function settle(
  tx: Tx,
  service: ServiceContext<Tx>,
  handOff: PendingHandOff,
  answer: { outcome: string; status: string | null },
): Promise<void> {
  await tx.$queryRawUnsafe('select 1 from "order" where id = $1::uuid for update', handOff.key);
  const order = await tx.order.findUniqueOrThrow({ where: { id: handOff.key } });
  if (order.sentSeq !== handOff.seq) return;
  const by = pharmacyNameOf(order);
  const entry = {
    tenantId: order.clinicId,
    subjectKind: 'order',
    subjectId: order.id,
    patientId: order.patientId,
    detail: { seq: handOff.seq, ...answer },
  } as const;
  if (handOff.payload['kind'] === 'SEND') {
    if (answer.outcome !== 'DENIED' || order.status !== 'SENT') return;
    await moveOrder(tx, service, order, { to: 'SIGNED', by, reason: 'REFUSED_AT_RECEIPT' });
    await audit(tx, service, { action: 'order.refused-at-receipt', ...entry });
    return;
  }
  if (handOff.payload['kind'] === 'EXPIRE') {
    // What its pharmacy has begun on is finished, or asked for once more.
    if (answer.outcome === 'GRANTED' && order.status === 'SENT') await expire(tx, service, order, 'LAST_DAY_OVER');
    return;
  }
  const amendment = handOff.payload['supersededBy'];
  if (typeof amendment === 'string') return settleReplacement(tx, service, order, amendment, answer, by);
  if (order.status !== 'CANCEL_REQUESTED') return;
  if (answer.outcome === 'GRANTED') {
    await keepCancelled(tx, service, order);
    await moveOrder(tx, service, order, { to: 'CANCELLED', by, reason: 'WITHDRAWAL_GRANTED' });
    await tellChange(tx, service, order, 'CANCELLED');
    await audit(tx, service, { action: 'order.cancelled', ...entry });
    return;
  }
  await moveOrder(tx, service, order, { to: answer.status === 'SHIPPED' ? 'COMPLETED' : 'SENT', by, reason: 'WITHDRAWAL_DENIED' });
  await audit(tx, service, { action: 'order.withdrawal-denied', ...entry });
}
