import { toId } from '#kernel/ids.ts';
import type { GoodFaithExam } from '#prisma/generated/prescriptions/client.ts';
import type { Ctx, Tx } from '../../builder.ts';
import { tellHolds } from '../../safety/tell-holds.ts';

/** When and why an exam is taken back, and the reason of the holds on its orders. */
interface TakenBack {
  readonly at: Date;
  readonly reason: string;
  readonly heldFor: string;
}

/** Takes an exam back and holds every order in flight on it, in this transaction. The exam is locked. Answers the public ids of the orders. */
export async function takeBack(tx: Tx, ctx: Ctx, exam: GoodFaithExam, { at, reason, heldFor }: TakenBack): Promise<string[]> {
  await tx.goodFaithExam.updateMany({ where: { id: exam.id }, data: { revokedAt: at, revokedReason: reason } });
  const orders = await tx.order.findMany({
    where: { examId: exam.id, status: { in: ['SIGNED', 'SENT', 'CANCEL_REQUESTED'] } },
    orderBy: { id: 'asc' },
  });
  for (const { id: orderId, clinicId, patientId } of orders) {
    await tx.safetyHold.create({
      data: { id: ctx.newId(), clinicId, patientId, orderId, reason: heldFor, placedAt: at, placedBy: ctx.actor.sub },
    });
  }
  const [patient] = orders;
  if (patient !== undefined)
    await tellHolds(
      tx,
      ctx,
      patient.patientId,
      orders.map(({ id }) => id),
    );
  return orders.map(({ id }) => toId('order', id));
}
