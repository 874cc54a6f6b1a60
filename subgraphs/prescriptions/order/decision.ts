import type { Order, OrderDecision as OrderDecisionRow } from '#prisma/generated/prescriptions/client.ts';
import { replay } from '#rules/decision.ts';
import { graph, type Tx } from '../builder.ts';
import { type Decided, keptAs } from '../decided.ts';

/** Keeps what a gate was told and what it answered, in the transaction of the move that it let pass. */
export async function keepDecision(
  tx: Tx,
  ctx: { newId(): string },
  order: Pick<Order, 'id' | 'clinicId' | 'patientId'>,
  gate: 'SIGN' | 'SEND',
  decided: Decided,
): Promise<void> {
  const { id: orderId, clinicId, patientId } = order;
  await tx.orderDecision.create({ data: { id: ctx.newId(), clinicId, patientId, orderId, gate, ...keptAs(decided) } });
}

/** A decision as the record has it. */
export const OrderDecision = graph.decision<OrderDecisionRow>('OrderDecision', {
  description: 'What a gate (SIGN or SEND) was told and what it answered when it let an order pass.',
  may: 'chart:read',
  replays: replay,
});
