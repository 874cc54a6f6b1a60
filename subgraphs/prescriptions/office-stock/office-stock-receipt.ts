import { toId, tryId } from '#kernel/ids.ts';
import type { OfficeStockReceipt as ReceiptRow, Prisma } from '#prisma/generated/prescriptions/client.ts';
import { builder, type Ctx, graph } from '../builder.ts';
import { Clinic, clinicOf, Pharmacy } from '../references.ts';

/** What came to the caller's clinics, and what the caller's facility supplied. */
export function receiptsVisibleTo(ctx: Pick<Ctx, 'actor'>): Prisma.OfficeStockReceiptWhereInput {
  return {
    OR: [
      { clinicId: { in: [...ctx.actor.places('office-stock:read')] } },
      { pharmacyId: { in: [...ctx.actor.places('office-stock:supply')] } },
    ],
  };
}

/** A lot in a clinic's stock. Whether it is recalled is the facility's side: `pharmacies` adds it. */
export const OfficeStockReceipt = builder.prismaObject('OfficeStockReceipt', {
  description: 'A lot that came for a line of office stock, and is in the clinic since.',
  directives: { key: { fields: 'id' } },
  authScopes: { may: ['office-stock:read', 'office-stock:supply'] },
  extensions: {
    apollo: {
      subgraph: {
        resolveReference: ({ id }: { id: string }, ctx: Ctx) => {
          const stored = tryId('officeStockReceipt', id);
          return stored === null ? null : ctx.load<ReceiptRow>('officeStockReceipt', stored, receiptsVisibleTo(ctx));
        },
      },
    },
  },
  fields: (t) => ({
    id: t.id({ resolve: (row) => toId('officeStockReceipt', row.id), description: 'Id of the receipt.' }),
    officeStockOrderId: t.id({ resolve: (row) => toId('officeStockOrder', row.stockOrderId), description: 'The order it came for.' }),
    position: t.exposeInt('position', { description: 'The line it came for.' }),
    clinic: t.field({ type: Clinic, nullable: true, resolve: (row) => clinicOf(row.clinicId), description: 'Where it is.' }),
    facility: t.field({
      type: Pharmacy,
      nullable: true,
      resolve: (row) => ({ id: toId('pharmacy', row.pharmacyId) }),
      description: 'The outsourcing facility that made it.',
    }),
    name: t.string({
      select: { line: { select: { name: true } } },
      resolve: (row) => row.line.name,
      description: 'What the preparation was called when it was ordered.',
    }),
    lotNumber: t.exposeString('lotNumber', { description: 'The facility’s number, in capitals.' }),
    beyondUseDate: t.expose('beyondUseOn', { type: 'Date', description: 'The last day on which it may be used.' }),
    quantity: t.field({
      type: graph.Quantity,
      resolve: (row) => ({ value: row.quantityValue.toFixed(), unit: row.quantityUnit }),
      description: 'How much came.',
    }),
    receivedAt: t.expose('receivedAt', { type: 'DateTime', description: 'When it was recorded.' }),
  }),
});
