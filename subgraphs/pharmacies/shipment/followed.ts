import { NotFound } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import type { Moves } from '#kernel/states.ts';
import type { Shipment } from '#prisma/generated/pharmacies/client.ts';
import type { Ctx, Tx } from '../builder.ts';
import { handBack, type ParcelNewsKind } from '../hand-off/hand-back.ts';
import { type Head, lockHead } from '../hand-off/head.ts';

/** The life of a parcel. What was lost or spoiled stays so; another parcel replaces it. */
export const shipmentStatuses = ['IN_TRANSIT', 'DELIVERED', 'LOST', 'SPOILED'] as const;

/** Where a parcel stands. */
export type ShipmentStatus = (typeof shipmentStatuses)[number];

/** Every move of a parcel. */
export const shipmentMoves: Moves<ShipmentStatus> = {
  IN_TRANSIT: ['DELIVERED', 'LOST', 'SPOILED'],
  DELIVERED: ['SPOILED'],
  LOST: [],
  SPOILED: [],
};

/** A parcel, and the head of its order: both locked until the transaction ends. */
export interface Followed {
  readonly parcel: Shipment;
  readonly head: Head;
}

/** A parcel that the caller’s pharmacy sent or that went to the caller’s clinic’s patient. The head of its order is locked first, as by every step. */
export async function lockFollowed(tx: Tx, ctx: Ctx, id: string): Promise<Followed> {
  const places = [...ctx.actor.places('shipment:follow')];
  const own = { id: fromId('shipment', id), OR: [{ pharmacyId: { in: places } }, { clinicId: { in: places } }] };
  const seen = await tx.shipment.findFirst({ where: own, select: { orderId: true } });
  if (seen === null) throw new NotFound();
  const head = await lockHead(tx, seen.orderId);
  await tx.$queryRawUnsafe('select 1 from shipment where id = $1::uuid for update', own.id);
  return { parcel: await tx.shipment.findFirstOrThrow({ where: own }), head };
}

/** Tells `prescriptions` what became of a parcel. */
export async function tellOfParcel(tx: Tx, ctx: Ctx, { parcel, head }: Followed, kind: ParcelNewsKind): Promise<void> {
  const { fulfillmentId, orderId, pharmacyId } = parcel;
  const { attempt } = await tx.fulfillment.findUniqueOrThrow({ where: { id: fulfillmentId }, select: { attempt: true } });
  await handBack(tx, ctx, head, { id: fulfillmentId, orderId, attempt, pharmacyId }, { kind, shipmentId: parcel.id });
}
