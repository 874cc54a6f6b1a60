import { fromId } from '#kernel/ids.ts';
import type { Order } from '#prisma/generated/prescriptions/client.ts';
import type { Ctx, Tx } from '../builder.ts';

/** All that can be told of a parcel. EXCURSION: nothing of it is used until USABLE or SPOILED is told. */
export const parcelNews = ['SHIPPED', 'RESHIPPED', 'DELIVERED', 'LOST', 'SPOILED', 'EXCURSION', 'USABLE'] as const;

/** One kind of news of a parcel. */
export type ParcelNewsKind = (typeof parcelNews)[number];

/** Whether a kind of news is about a parcel that has left. */
export const isParcelNews = (kind: string): kind is ParcelNewsKind => (parcelNews as readonly string[]).includes(kind);

/** News as it came in, with public ids. */
export interface ToldOfParcel {
  readonly seq: number;
  readonly kind: string;
  readonly fulfillmentId: string;
  readonly shipmentId?: string | null | undefined;
  readonly at: Date;
}

/** Keeps what was told of a parcel, of whichever fill. What names no parcel was told before parcels were followed, and is not kept. */
export async function keepParcelNews(tx: Tx, ctx: Ctx, order: Order, { seq, kind, at, ...told }: ToldOfParcel): Promise<void> {
  if (told.shipmentId == null) return;
  const [fulfillmentId, shipmentId] = [fromId('fulfillment', told.fulfillmentId), fromId('shipment', told.shipmentId)];
  await tx.parcelNews.create({
    data: {
      ...{ id: ctx.newId(), clinicId: order.clinicId, patientId: order.patientId, orderId: order.id },
      ...{ seq, fulfillmentId, shipmentId, kind, at },
    },
  });
}
