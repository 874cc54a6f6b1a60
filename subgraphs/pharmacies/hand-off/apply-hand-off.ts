/**
 * What an order's hand-off does here. Called under the lock of the order's head, for a sequence that is new and the highest:
 * whatever order messages arrive in, a send below a withdrawal never comes this far.
 */

import { audit, type AuditActor } from '#kernel/audit.ts';
import { mayBecome } from '#kernel/states.ts';
import type { Tx } from '../builder.ts';
import { fulfillmentMoves, type FulfillmentStatus, liveStatuses, openStatuses } from '../fulfillment/fulfillment-status.ts';

/** A hand-off as it came in; ids are stored ones. */
export interface OrderHandOff {
  readonly orderId: string;
  readonly seq: number;
  readonly attempt: number;
  readonly kind: 'SEND' | 'WITHDRAW' | 'AMEND' | 'REPLACE' | 'EXPIRE';
  readonly pharmacyId: string;
  readonly clinicId: string;
  readonly patientId: string;
  readonly prescriberId: string;
  readonly formularyItemId: string;
  readonly shipToState: string;
  readonly signedAt: Date;
  readonly documentDigest: string;
  /** Which fill of the order is meant, from 1. */
  readonly fill: number;
  /** Of a replacement: whether this pharmacy asked for the change. */
  readonly changeAsked: boolean;
  /** Of an order past its last day: whether a fill that was begun is over too. */
  readonly begunToo: boolean;
}

/** Its outcome, and where the fulfillment stands after it. */
export interface Applied {
  readonly outcome: 'APPLIED' | 'IGNORED' | 'GRANTED' | 'DENIED';
  readonly status: string | null;
}

/** Applies one hand-off. An attempt below the last one known is ignored, whatever it asks. */
export async function applyHandOff(tx: Tx, ctx: AuditActor, handOff: OrderHandOff, lastAttempt: number): Promise<Applied> {
  // What was shipped on an earlier fill is history: it neither keeps the next one out nor can be taken back with it.
  const ofThisFill = { fill: handOff.fill, status: { in: [...liveStatuses] } };
  const live = await tx.fulfillment.findFirst({
    where: { orderId: handOff.orderId, OR: [ofThisFill, { status: { in: [...openStatuses] } }] },
    orderBy: { attempt: 'desc' },
  });
  if (handOff.attempt < lastAttempt) return { outcome: 'IGNORED', status: live?.status ?? null };
  if (handOff.kind === 'SEND') return live ? { outcome: 'IGNORED', status: live.status } : receive(tx, ctx, handOff);
  if (handOff.kind === 'AMEND') return amend(tx, ctx, handOff, live);
  // Whoever works on an order gives it up for another only after asking for one.
  if (handOff.kind === 'REPLACE' && live?.status === 'CLAIMED' && !handOff.changeAsked) return { outcome: 'DENIED', status: live.status };
  // A fill that was begun by the last day is finished.
  if (handOff.kind === 'EXPIRE' && live?.status === 'CLAIMED' && !handOff.begunToo) return { outcome: 'DENIED', status: live.status };
  return withdraw(tx, ctx, handOff, live);
}

/** Why a fulfillment was withdrawn, where the clinic did not simply cancel. */
const withdrawnAs: Partial<Record<OrderHandOff['kind'], string>> = { REPLACE: 'SUPERSEDED', EXPIRE: 'EXPIRED' };

async function receive(tx: Tx, ctx: AuditActor, handOff: OrderHandOff): Promise<Applied> {
  const { orderId, attempt, fill, pharmacyId, clinicId, patientId, prescriberId, formularyItemId, shipToState, signedAt, documentDigest } =
    handOff;
  const sent = await tx.fulfillment.findFirst({ where: { orderId, attempt } });
  if (sent) return { outcome: 'IGNORED', status: sent.status };
  const item = await tx.formularyItem.findFirst({ where: { id: formularyItemId, pharmacyId } });
  if (!item) return { outcome: 'DENIED', status: null };
  const row = await tx.fulfillment.create({
    data: {
      ...{
        id: ctx.newId(),
        orderId,
        attempt,
        fill,
        pharmacyId,
        clinicId,
        patientId,
        prescriberId,
        formularyItemId,
        shipToState,
        signedAt,
        documentDigest,
      },
      status: 'RECEIVED',
      receivedAt: ctx.now(),
    },
  });
  await audit(tx, ctx, {
    action: 'fulfillment.received',
    tenantId: pharmacyId,
    subjectKind: 'fulfillment',
    subjectId: row.id,
    patientId,
    detail: { orderId, attempt },
  });
  return { outcome: 'APPLIED', status: row.status };
}

type Live = Awaited<ReturnType<Tx['fulfillment']['findFirst']>>;

// What is signed never changes; an amendment before the claim points at the document that replaced it.
async function amend(tx: Tx, ctx: AuditActor, handOff: OrderHandOff, live: Live): Promise<Applied> {
  if (!live || live.pharmacyId !== handOff.pharmacyId) return { outcome: 'IGNORED', status: live?.status ?? null };
  if (live.status !== 'RECEIVED') return { outcome: 'DENIED', status: live.status };
  const { formularyItemId, shipToState, documentDigest, patientId } = handOff;
  await tx.fulfillment.updateMany({ where: { id: live.id, status: 'RECEIVED' }, data: { formularyItemId, shipToState, documentDigest } });
  await audit(tx, ctx, {
    action: 'fulfillment.amended',
    tenantId: live.pharmacyId,
    subjectKind: 'fulfillment',
    subjectId: live.id,
    patientId,
    detail: { seq: handOff.seq },
  });
  return { outcome: 'APPLIED', status: live.status };
}

// With nothing here the withdrawal is granted, and its sequence stays behind so that the send it overtook comes too late.
async function withdraw(tx: Tx, ctx: AuditActor, handOff: OrderHandOff, live: Live): Promise<Applied> {
  if (!live) {
    const last = await tx.fulfillment.findFirst({ where: { orderId: handOff.orderId }, orderBy: { attempt: 'desc' } });
    return { outcome: 'GRANTED', status: last?.status ?? null };
  }
  if (!mayBecome(fulfillmentMoves, live.status as FulfillmentStatus, 'WITHDRAWN')) return { outcome: 'DENIED', status: live.status };
  await tx.fulfillment.updateMany({
    where: { id: live.id, status: live.status },
    data: { status: 'WITHDRAWN', closedAt: ctx.now(), ...(handOff.kind in withdrawnAs && { reason: withdrawnAs[handOff.kind] ?? null }) },
  });
  await tx.claim.updateMany({ where: { fulfillmentId: live.id, endedAt: null }, data: { endedAt: ctx.now() } });
  await audit(tx, ctx, {
    ...{
      action: 'fulfillment.withdrawn',
      tenantId: live.pharmacyId,
      subjectKind: 'fulfillment',
      subjectId: live.id,
      patientId: live.patientId,
    },
    detail: { was: live.status, seq: handOff.seq },
  });
  return { outcome: 'GRANTED', status: 'WITHDRAWN' };
}
