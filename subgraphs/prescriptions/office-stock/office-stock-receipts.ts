import { PAGE_SIZE } from '#kernel/builder.ts';
import { lotNumber } from '#kernel/identifiers-product.ts';
import { InvalidInput } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { builder } from '../builder.ts';
import { OfficeStockReceipt, receiptsVisibleTo } from './office-stock-receipt.ts';

builder.queryField('officeStockReceipts', (t) =>
  t.prismaConnection(
    {
      type: OfficeStockReceipt,
      cursor: 'id',
      defaultSize: PAGE_SIZE.default,
      maxSize: PAGE_SIZE.max,
      description:
        'Lots of office stock that came to the caller’s clinics, and those that the caller’s facility supplied, newest first. A text that is no lot number is refused.',
      authScopes: { may: ['office-stock:read', 'office-stock:supply'] },
      args: {
        clinicId: t.arg.id({ description: 'Only what came to this clinic.' }),
        lotNumber: t.arg.string({ description: 'Only this lot, as on the label: case and blanks do not matter.' }),
      },
      resolve: (query, _root, { clinicId, lotNumber: text }, ctx) => {
        const number = text == null ? null : lotNumber(text);
        if (text != null && number === null) throw new InvalidInput([{ path: 'lotNumber', message: 'That is no lot number.' }]);
        return ctx.db.officeStockReceipt.findMany({
          ...query,
          where: {
            AND: [
              receiptsVisibleTo(ctx),
              clinicId == null ? {} : { clinicId: fromId('clinic', clinicId) },
              number === null ? {} : { lotNumber: number },
            ],
          },
          orderBy: [{ receivedAt: 'desc' }, { id: 'desc' }],
        });
      },
    },
    { name: 'OfficeStockReceiptConnection' },
    { name: 'OfficeStockReceiptEdge' },
  ),
);
