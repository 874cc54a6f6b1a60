/** What becomes of the orders that a closed pharmacy still has: they go back to their clinics, which are told why and send them elsewhere. */

import { audit } from '#kernel/audit.ts';
import type { ServiceContext } from '#kernel/context.ts';
import type { Fulfillment } from '#prisma/generated/pharmacies/client.ts';
import type { Tx } from '../builder.ts';
import { handBack } from '../hand-off/hand-back.ts';
import { lockHead } from '../hand-off/head.ts';
import { openStatuses } from './fulfillment-status.ts';

/** Why the order came back, as its clinic reads it. */
export const PHARMACY_CLOSED = 'PHARMACY_CLOSED';

const AT_ONCE = 100;

/** Gives back every order of which nothing has left a closed pharmacy. What fails at this moment is left for the next run. */
export async function returnFromClosed(service: ServiceContext<Tx>): Promise<void> {
  const seen = new Set<string>();
  for (let more = true; more; ) {
    const due = await service.write((tx) =>
      tx.fulfillment.findMany({
        where: { pharmacy: { status: 'CLOSED' }, status: { in: [...openStatuses] }, shipments: { none: {} }, id: { notIn: [...seen] } },
        orderBy: { id: 'asc' },
        take: AT_ONCE,
      }),
    );
    for (const row of due) {
      seen.add(row.id);
      await service
        .write((tx) => returnOne(tx, service, row))
        .catch((error: unknown) => {
          const name = error instanceof Error ? error.name : 'unknown';
          service.log.warn({ code: 'ORDER_NOT_RETURNED', requestId: service.requestId, fulfillment: row.id, error: name });
        });
    }
    more = due.length === AT_ONCE;
  }
}

async function returnOne(tx: Tx, service: ServiceContext<Tx>, { id, orderId }: Fulfillment): Promise<void> {
  const head = await lockHead(tx, orderId);
  const row = await tx.fulfillment.findUniqueOrThrow({ where: { id } });
  const reason = PHARMACY_CLOSED;
  const { count } = await tx.fulfillment.updateMany({
    where: { id, status: { in: [...openStatuses] } },
    data: { status: 'RETURNED', reason, closedAt: service.now() },
  });
  // It was withdrawn while this run looked for it.
  if (count === 0) return;
  await tx.claim.updateMany({ where: { fulfillmentId: id, endedAt: null }, data: { endedAt: service.now() } });
  await audit(tx, service, {
    ...{ action: 'order.returned', tenantId: row.pharmacyId, subjectKind: 'order', subjectId: orderId, patientId: row.patientId },
    detail: { reason, fulfillment: id, was: row.status },
  });
  await handBack(tx, service, head, row, { kind: 'RETURNED', reason });
}
