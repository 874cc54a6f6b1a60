import { audit } from '#kernel/audit.ts';
import { toId } from '#kernel/ids.ts';
import type { WriteOptions } from '#kernel/context.ts';
import type { Ctx, Tx } from '../builder.ts';
import { lockOwn, type OpenFulfillment } from '../claim/held-order.ts';
import { noticeClinics } from '../recall/notify-clinics.ts';
import { type LotEntry, lockLot } from './released-lot.ts';

/** A dispense that came too late: what was handed out is a fact, whatever we answer. */
export interface LateDispense {
  readonly row: OpenFulfillment;
  readonly lot: LotEntry;
}

/** Notices of the recalls this lot is under reach the clinic even though it was not among those first told, and closed ones too. */
async function noticeClinic(tx: Tx, ctx: Ctx, lotId: string, { clinicId }: OpenFulfillment): Promise<void> {
  const under = await tx.recallLot.findMany({ where: { lotId }, select: { recall: { select: { id: true, pharmacyId: true } } } });
  for (const { recall } of under) await noticeClinics(tx, ctx, recall, [clinicId]);
}

/**
 * Keeps a refused dispense as an incident, in a transaction of its own after the one that refused, so that a recall of
 * the lot still finds the patient. Its idempotency key is not the refused attempt's, which stays free.
 */
export async function keepIncident(ctx: Ctx, { info, args }: WriteOptions, { row, lot }: LateDispense): Promise<void> {
  const apart = { ...info, path: { ...info.path, key: `${info.path.key}#incident` } };
  await ctx.write({ info: apart, args, answer: 'incident' }, async (tx) => {
    await lockOwn(tx, ctx, toId('order', row.orderId), 'order:dispense');
    // Also when the lot was recorded otherwise before: what left the pharmacy bore this number.
    const { id: lotId } = await lockLot(tx, ctx, lot);
    const known = await tx.incident.findUnique({ where: { fulfillmentId_lotId: { fulfillmentId: row.id, lotId } } });
    if (known) return known;
    const { id: fulfillmentId, orderId, pharmacyId, clinicId, patientId } = row;
    const incident = await tx.incident.create({
      data: {
        id: ctx.newId(),
        kind: 'LATE_DISPENSE',
        fulfillmentId,
        orderId,
        pharmacyId,
        clinicId,
        patientId,
        lotId,
        reportedBy: ctx.actor.sub,
        reportedAt: ctx.now(),
      },
    });
    await noticeClinic(tx, ctx, lotId, row);
    await audit(tx, ctx, {
      ...{ action: 'incident.kept', tenantId: pharmacyId, subjectKind: 'incident', subjectId: incident.id, patientId },
      detail: { kind: 'LATE_DISPENSE', orderId, lotId, status: row.status },
    });
    return incident;
  });
}
