import { toId } from '#kernel/ids.ts';
import type { ParcelNews } from '#prisma/generated/prescriptions/client.ts';
import { builder } from '../builder.ts';
import { Order } from '../order/order.ts';

const standings = ['IN_TRANSIT', 'DELIVERED', 'LOST', 'SPOILED'] as const;

/** Where a parcel stands, as far as it was told. */
export interface OrderParcelState {
  readonly shipmentId: string;
  readonly status: (typeof standings)[number];
  readonly since: Date;
  readonly mayBeUsed: boolean;
}

type News = Pick<ParcelNews, 'shipmentId' | 'kind' | 'at'>;

const becomes: Readonly<Record<string, OrderParcelState['status'] | undefined>> = {
  SHIPPED: 'IN_TRANSIT',
  RESHIPPED: 'IN_TRANSIT',
  DELIVERED: 'DELIVERED',
  LOST: 'LOST',
  SPOILED: 'SPOILED',
};

/** What the news of an order, in the order of its telling, says of each of its parcels, the first one first. */
export function parcelsOf(news: readonly News[]): OrderParcelState[] {
  const parcels = new Map<string, OrderParcelState & { asked: boolean }>();
  for (const { shipmentId, kind, at } of news) {
    const before = parcels.get(shipmentId);
    const moved = becomes[kind];
    const status = moved ?? before?.status ?? 'IN_TRANSIT';
    const asked = kind === 'EXCURSION' || (kind !== 'USABLE' && (before?.asked ?? false));
    const since = moved === undefined ? (before?.since ?? at) : at;
    parcels.set(shipmentId, { shipmentId, status, since, asked, mayBeUsed: !asked && status !== 'LOST' && status !== 'SPOILED' });
  }
  return [...parcels.values()].map(({ asked: _asked, ...parcel }) => parcel);
}

const ParcelStatus = builder.enumType('OrderParcelStatus', {
  description: 'Where a parcel of an order stands. What is LOST or SPOILED can be sent again by its pharmacy.',
  values: standings,
});

const OrderParcel = builder.objectRef<OrderParcelState>('OrderParcel').implement({
  description: 'A parcel of an order, as its pharmacy or the clinic told of it.',
  fields: (t) => ({
    shipmentId: t.id({
      resolve: ({ shipmentId }) => toId('shipment', shipmentId),
      description: 'Id of the shipment at the pharmacy: see `Order.fulfillment.shipments`.',
    }),
    status: t.field({ type: ParcelStatus, resolve: ({ status }) => status, description: 'Where it stands.' }),
    since: t.expose('since', { type: 'DateTime', description: 'Since when.' }),
    mayBeUsed: t.exposeBoolean('mayBeUsed', {
      description:
        'False while it was too warm or too cold and no pharmacist has said that it may be used, and of what is lost or spoiled.',
    }),
  }),
});

builder.prismaObjectFields(Order, (t) => ({
  parcels: t.field({
    type: [OrderParcel],
    authScopes: { may: 'order:read' },
    select: { parcelNews: { orderBy: { seq: 'asc' } } },
    resolve: ({ parcelNews }) => parcelsOf(parcelNews),
    description: 'What has left for the patient, of every fill, the first parcel first. Empty where nothing was told of one yet.',
  }),
}));
