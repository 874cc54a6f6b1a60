import { audit } from '#kernel/audit.ts';
import type { ServiceContext } from '#kernel/context.ts';
import type { Order } from '#prisma/generated/prescriptions/client.ts';
import type { Tx } from '../../builder.ts';
import { tellChange } from '../order-changed.ts';
import { moveOrder } from '../timeline.ts';
import { endOf } from './last-day.ts';

/** Who the timeline says did what the day alone did. */
export const BY_ITSELF = 'Goodfaith';

/** Ends an order, which the caller has locked, as of the end of its last day. */
export async function expire(tx: Tx, service: ServiceContext<Tx>, order: Order, reason: string): Promise<void> {
  await moveOrder(tx, service, order, { to: 'EXPIRED', by: BY_ITSELF, reason, since: endOf(order) });
  await tellChange(tx, service, order, 'EXPIRED');
  await audit(tx, service, {
    ...{ action: 'order.expired', tenantId: order.clinicId, subjectKind: 'order', subjectId: order.id, patientId: order.patientId },
    detail: { was: order.status, fill: order.fill, reason },
  });
}
