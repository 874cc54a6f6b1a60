import type { Order, OrderDecision as OrderDecisionRow } from '#prisma/generated/prescriptions/client.ts';
import { replay } from '#rules/decision.ts';
import { keepOrderReliance, keepReliance } from '../affected/keep-reliance.ts';
import { graph, type Tx } from '../builder.ts';
import { type Decided, keptAs } from '../decided.ts';

/** Keeps what a gate was told and what it answered, in the transaction of the move that it let pass. */
export async function keepDecision(
  tx: Tx,
  ctx: { newId(): string },
  order: Pick<Order, 'id' | 'clinicId' | 'patientId' | 'examId'>,
  gate: 'SIGN' | 'SEND' | 'REFILL',
  decided: Decided,
): Promise<void> {
  const { id: orderId, clinicId, patientId } = order;
  // Nothing of it is read back: it is the longest row of all.
  await tx.orderDecision.create({
    data: { id: ctx.newId(), clinicId, patientId, orderId, gate, ...keptAs(decided) },
    select: { id: true },
  });
  const about = { clinicId, kind: 'ORDER', subjectId: orderId, gate } as const;
  // The exam's licences stay those of its day: signing names them, and nothing after it has to.
  if (gate === 'SIGN') await keepOrderReliance(tx, ctx, about, { decided, examId: order.examId });
  else await keepReliance(tx, ctx, about, decided);
}

/** A decision as the record has it. */
export const OrderDecision = graph.decision<OrderDecisionRow>('OrderDecision', {
  description: 'What a gate (SIGN, SEND or REFILL) was told and what it answered when it let an order pass.',
  may: 'chart:read',
  replays: replay,
});
