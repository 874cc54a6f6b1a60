import { NotFound } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import type { Moves } from '#kernel/states.ts';
import type { Shipment } from '#prisma/generated/pharmacies/client.ts';
import type { Ctx, Tx } from '../builder.ts';

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

/** A parcel that the caller’s pharmacy sent or that went to the caller’s clinic’s patient, locked until the transaction ends. */
export async function lockFollowed(tx: Tx, ctx: Ctx, id: string): Promise<Shipment> {
  const places = [...ctx.actor.places('shipment:follow')];
  const own = { id: fromId('shipment', id), OR: [{ pharmacyId: { in: places } }, { clinicId: { in: places } }] };
  if ((await tx.shipment.count({ where: own })) === 0) throw new NotFound();
  await tx.$queryRawUnsafe('select 1 from shipment where id = $1::uuid for update', own.id);
  return tx.shipment.findFirstOrThrow({ where: own });
}
