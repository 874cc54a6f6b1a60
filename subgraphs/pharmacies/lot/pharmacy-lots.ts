import { PAGE_SIZE } from '#kernel/builder.ts';
import { lotNumber } from '#kernel/identifiers-product.ts';
import { builder } from '../builder.ts';
import { Lot } from '../dispense/lot.ts';
import { Pharmacy } from '../pharmacy/pharmacy.ts';
import type { LotStatus } from './lot-status.ts';
import { LotStatusEnum } from './lot-status-enum.ts';

builder.prismaObjectField(Pharmacy, 'lots', (t) =>
  t.prismaConnection({
    description: 'What this pharmacy made, newest first. Only its own people see any.',
    type: Lot,
    cursor: 'id',
    defaultSize: PAGE_SIZE.default,
    maxSize: PAGE_SIZE.max,
    authScopes: { may: 'fulfillment:read' },
    args: {
      status: t.arg({ type: [LotStatusEnum], description: 'Only those that stand so.' }),
      componentLot: t.arg.string({ description: 'Only those made with this lot of a supplier. Case and blanks do not matter.' }),
    },
    resolve: (query, pharmacy, { status, componentLot }, ctx) => {
      // What is no lot number was never recorded as one.
      const normalizedNumber = componentLot == null ? null : (lotNumber(componentLot) ?? '');
      return ctx.db.lot.findMany({
        ...query,
        where: {
          AND: [
            { pharmacyId: pharmacy.id },
            { pharmacyId: { in: [...ctx.actor.places('fulfillment:read')] } },
            status ? { status: { in: status } } : {},
            normalizedNumber === null ? {} : { components: { some: { pharmacyId: pharmacy.id, normalizedNumber } } },
          ],
        },
        orderBy: [{ compoundedAt: 'desc' }, { id: 'desc' }],
      });
    },
  }),
);

builder.prismaObjectFields(Lot, (t) => ({
  status: t.field({
    type: LotStatusEnum,
    select: { status: true },
    authScopes: { may: 'fulfillment:read' },
    resolve: (row) => row.status as LotStatus,
    description: 'Where it stands. For the pharmacy’s own people.',
  }),
}));
