import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { Conflict } from '#kernel/errors.ts';
import { requireMove } from '#kernel/states.ts';
import type { Ctx, Tx } from '../builder.ts';
import { fulfillmentMoves } from '../fulfillment/fulfillment-status.ts';
import { handBack } from '../hand-off/hand-back.ts';
import { lockOwn, requireSecret } from './held-order.ts';

/** A reason is a code, so that it can be counted; words go into the note. */
export const reasonCode = z.string().regex(/^[A-Z][A-Z_]{1,63}$/, 'A reason is a code in capitals, for example OUT_OF_STOCK.');

/** Why a claimed order is not filled. */
export interface GivingBack {
  readonly orderId: string;
  readonly secret: string;
  readonly reason: string;
  readonly note?: string | null;
}

/** Ends a claim and the fulfillment with it: the order goes back to whoever sent it. */
export async function giveBack(tx: Tx, ctx: Ctx, status: 'RETURNED' | 'REJECTED', { orderId, secret, reason, note }: GivingBack) {
  const { row, head } = await lockOwn(tx, ctx, orderId, 'order:claim');
  requireSecret(ctx, row, secret);
  requireMove(fulfillmentMoves, row.status, status);
  const moved = await tx.fulfillment.updateMany({
    where: { id: row.id, status: row.status },
    data: { status, reason, note: note ?? null, closedAt: ctx.now() },
  });
  if (moved.count === 0) throw new Conflict();
  await tx.claim.updateMany({ where: { fulfillmentId: row.id, endedAt: null }, data: { endedAt: ctx.now() } });
  await audit(tx, ctx, {
    ...{
      action: `order.${status.toLowerCase()}`,
      tenantId: row.pharmacyId,
      subjectKind: 'order',
      subjectId: row.orderId,
      patientId: row.patientId,
    },
    detail: { reason, fulfillment: row.id },
  });
  await handBack(tx, ctx, head, row, { kind: status, reason });
  return tx.fulfillment.findUniqueOrThrow({ where: { id: row.id } });
}
