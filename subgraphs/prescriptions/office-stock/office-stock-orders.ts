import { PAGE_SIZE } from '#kernel/builder.ts';
import { fromId } from '#kernel/ids.ts';
import { builder } from '../builder.ts';
import { OfficeStockOrder, stockVisibleTo } from './office-stock-order.ts';

builder.queryField('officeStockOrders', (t) =>
  t.prismaConnection(
    {
      type: OfficeStockOrder,
      cursor: 'id',
      defaultSize: PAGE_SIZE.default,
      maxSize: PAGE_SIZE.max,
      description: 'Office stock orders of the caller’s clinics, and those that name the caller’s facility, newest first.',
      authScopes: { may: ['office-stock:read', 'office-stock:supply'] },
      args: { clinicId: t.arg.id({ description: 'Only those of this clinic.' }) },
      resolve: (query, _root, { clinicId }, ctx) =>
        ctx.db.officeStockOrder.findMany({
          ...query,
          where: { AND: [stockVisibleTo(ctx), clinicId == null ? {} : { clinicId: fromId('clinic', clinicId) }] },
          orderBy: [{ placedAt: 'desc' }, { id: 'desc' }],
        }),
    },
    { name: 'OfficeStockOrderConnection' },
    { name: 'OfficeStockOrderEdge' },
  ),
);

builder.queryField('officeStockOrder', (t) =>
  t.prismaField({
    type: OfficeStockOrder,
    nullable: true,
    description:
      'One office stock order; empty for one that is not the caller’s to see. The id of anything else, a patient’s order among them, is refused as NOT_FOUND.',
    authScopes: { may: ['office-stock:read', 'office-stock:supply'] },
    args: { id: t.arg.id({ required: true, description: 'Its id.' }) },
    resolve: (query, _root, { id }, ctx) =>
      ctx.db.officeStockOrder.findFirst({ ...query, where: { AND: [stockVisibleTo(ctx), { id: fromId('officeStockOrder', id) }] } }),
  }),
);
