import type { Order } from '#prisma/generated/prescriptions/client.ts';
import { audit } from '#kernel/audit.ts';
import type { ServiceContext } from '#kernel/context.ts';
import { fromId } from '#kernel/ids.ts';
import type { Tx } from '../../builder.ts';
import { keepCancelled } from '../../document/cancelled-document.ts';
import { tellChange } from '../order-changed.ts';
import { moveOrder } from '../timeline.ts';

/** A pharmacy's answer to being asked for an order that was amended. */
export interface ReplacementAnswer {
  readonly outcome: string;
  readonly status: string | null;
}

/**
 * Does what a pharmacy's answer says of an amended order, which the caller has locked: given back, it is superseded; kept, it stands and the
 * amendment is void. Never do both stand.
 */
export async function settleReplacement(
  tx: Tx,
  service: ServiceContext<Tx>,
  order: Order,
  amendmentId: string,
  answer: ReplacementAnswer,
  by: string,
): Promise<void> {
  const id = fromId('order', amendmentId);
  await tx.$queryRawUnsafe('select 1 from "order" where id = $1::uuid for update', id);
  const amendment = await tx.order.findUniqueOrThrow({ where: { id } });
  const entry = {
    tenantId: order.clinicId,
    subjectKind: 'order',
    subjectId: order.id,
    patientId: order.patientId,
    detail: { supersededBy: amendmentId, ...answer },
  } as const;
  const isWaiting = order.status === 'CANCEL_REQUESTED';
  if (isWaiting && answer.outcome === 'GRANTED') {
    // An amendment is not cancelled while its pharmacy is asked: one that is comes from before that held, and then nothing may be filled.
    const isVoid = amendment.status === 'CANCELLED';
    await keepCancelled(tx, service, order, isVoid ? 'CANCELLED' : 'SUPERSEDED');
    await moveOrder(tx, service, order, { to: isVoid ? 'CANCELLED' : 'SUPERSEDED', by, reason: 'WITHDRAWAL_GRANTED' });
    await tellChange(tx, service, order, isVoid ? 'CANCELLED' : 'SUPERSEDED');
    await audit(tx, service, { action: isVoid ? 'order.cancelled' : 'order.superseded', ...entry });
    return;
  }
  if (isWaiting) {
    await moveOrder(tx, service, order, { to: answer.status === 'SHIPPED' ? 'COMPLETED' : 'SENT', by, reason: 'WITHDRAWAL_DENIED' });
    await audit(tx, service, { action: 'order.withdrawal-denied', ...entry });
  }
  if (amendment.status !== 'SIGNED') return;
  await keepCancelled(tx, service, amendment);
  await moveOrder(tx, service, amendment, { to: 'CANCELLED', by, reason: 'AMENDMENT_DENIED' });
  await tellChange(tx, service, amendment, 'CANCELLED');
  await audit(tx, service, { action: 'order.amendment-denied', ...entry, subjectId: amendment.id });
}
