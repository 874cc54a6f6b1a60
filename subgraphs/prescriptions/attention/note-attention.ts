import { audit } from '#kernel/audit.ts';
import type { ServiceContext } from '#kernel/context.ts';
import { toId } from '#kernel/ids.ts';
import type { Delivery } from '#kernel/subgraph.ts';
import type { Tx } from '../builder.ts';
import { type WaitingRow, waitingRows } from './waiting-rows.ts';

/** Under which the outbox keeps that an order has come to wait for a person. */
export const ATTENTION_TOPIC = 'order-attention';

const AT_ONCE = 200;

/**
 * Tells of every order that has come to wait for a person, once for each reason and time. What was told is a row, so a run that was missed, killed
 * half-way or made twice changes nothing. Broken gates are told as `record-at-risk`. Nothing of a patient is told.
 */
export async function noteAttention(service: ServiceContext<Tx>): Promise<void> {
  const everywhere = { clinicId: null, prescriberId: null, after: null, before: null, backwards: false, limit: AT_ONCE, untold: true };
  for (let more = true; more; ) {
    // What is told of is not found again, so each turn begins where the last one ended.
    const told = await service.write(async (tx) => {
      const rows = await waitingRows(tx, service.now(), everywhere);
      let count = 0;
      for (const row of rows) if (await noteOnce(tx, service, row)) count += 1;
      return { found: rows.length, count };
    });
    more = told.found === AT_ONCE && told.count > 0;
  }
}

async function noteOnce(
  tx: Tx,
  service: ServiceContext<Tx>,
  { kind, subjectId, orderId, stockOrderId, clinicId, since }: WaitingRow,
): Promise<boolean> {
  const id = service.newId();
  // Of two that run at once the second waits here for the first, and then finds it told.
  const { count } = await tx.attentionNotice.createMany({
    data: [{ id, clinicId, kind, subjectId, since, notedAt: service.now() }],
    skipDuplicates: true,
  });
  if (count === 0) return false;
  const subject = orderId === null ? ({ kind: 'officeStockOrder', id: stockOrderId } as const) : ({ kind: 'order', id: orderId } as const);
  const named =
    orderId === null ? { officeStockOrderId: toId('officeStockOrder', stockOrderId ?? '') } : { orderId: toId('order', orderId) };
  const payload = { kind, ...named, clinicId: toId('clinic', clinicId), since: since.toISOString() };
  await service.handOff(tx, { topic: ATTENTION_TOPIC, key: id, seq: 1, attempt: 1, payload });
  await audit(tx, service, {
    ...{ action: 'order.waits', tenantId: clinicId, subjectKind: subject.kind, subjectId: subject.id ?? '' },
    detail: { kind, since: since.toISOString() },
  });
  return true;
}

/** Tells whoever listens. There is no receiver elsewhere that could refuse it. */
export const deliverAttention: Delivery<Tx> =
  async (service, { key }) =>
  async (tx) => {
    await service.notify(tx, ATTENTION_TOPIC, key);
    return null;
  };
