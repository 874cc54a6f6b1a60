import { fromId } from '#kernel/ids.ts';
import { builder, type Ctx, graph } from '../builder.ts';

interface ParcelContent {
  readonly lotNumber: string;
  readonly beyondUseDate: Date;
  readonly beyondUseAt: Date | null;
  readonly lotStatus: string;
  readonly quantity: { readonly value: string; readonly unit: string };
}

const ParcelContentType = builder.objectRef<ParcelContent>('ParcelContent').implement({
  description: 'How much of one lot a parcel to a patient has in it.',
  authScopes: { may: 'fulfillment:track' },
  fields: (t) => ({
    lotNumber: t.exposeString('lotNumber', { description: 'The lot, in capitals without blanks.' }),
    beyondUseDate: t.expose('beyondUseDate', { type: 'Date', description: 'The last day on which it may be used.' }),
    beyondUseAt: t.expose('beyondUseAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Where hours count: the moment until which it may be used. Empty: the end of the day.',
    }),
    lotStatus: t.exposeString('lotStatus', { description: 'RELEASED is the one that may be used; RECALLED is taken back.' }),
    quantity: t.expose('quantity', { type: graph.Quantity, description: 'How much.' }),
  }),
});

/** Of a replacement what it was filled from, otherwise what was dispensed; of one lot handed out in parts, all of them together. */
async function contentsOf(ctx: Ctx, id: string): Promise<ParcelContent[] | null> {
  const shipment = await ctx.db.shipment.findFirst({
    where: { id, clinicId: { in: [...ctx.actor.places('fulfillment:track')] } },
    include: { lot: true, fulfillment: { include: { dispenses: { include: { lot: true }, orderBy: { part: 'asc' } } } } },
  });
  if (shipment === null) return null;
  const { lot: replacement, quantityValue, quantityUnit } = shipment;
  const handed =
    replacement !== null && quantityValue !== null && quantityUnit !== null
      ? [{ lot: replacement, quantityValue, quantityUnit }]
      : shipment.fulfillment.dispenses;
  const lots = new Map<string, ParcelContent>();
  for (const { lot, quantityValue: value, quantityUnit: unit } of handed) {
    const key = `${lot.id} ${unit}`;
    const before = lots.get(key)?.quantity.value ?? 0;
    const { normalizedNumber: lotNumber, beyondUseDate, beyondUseAt, status: lotStatus } = lot;
    lots.set(key, { lotNumber, beyondUseDate, beyondUseAt, lotStatus, quantity: { value: value.plus(before).toFixed(), unit } });
  }
  return [...lots.values()];
}

builder.queryField('parcelContents', (t) =>
  t.field({
    type: [ParcelContentType],
    nullable: true,
    description: 'What is in a parcel to a patient of the caller’s clinic, by lot. Null for a parcel that the caller may not see.',
    authScopes: { may: 'fulfillment:track' },
    args: { shipmentId: t.arg.id({ required: true, description: 'The parcel: from `Order.parcels`.' }) },
    resolve: (_root, { shipmentId }, ctx) => contentsOf(ctx, fromId('shipment', shipmentId)),
  }),
);
