import { fromIds, toId } from '#kernel/ids.ts';
import { builder } from '../builder.ts';

/** A lot in a clinic's stock that is taken back, of which the clinic has not said that it knows. Stored ids. */
interface RecalledStock {
  readonly receiptId: string;
  readonly since: Date;
}

const RecalledStockType = builder.objectRef<RecalledStock>('RecalledOfficeStock').implement({
  description: 'A lot in a clinic’s stock that its facility takes back, and that the clinic has not acknowledged.',
  authScopes: { may: 'supply-facts:read' },
  fields: (t) => ({
    receiptId: t.id({ resolve: (row) => toId('officeStockReceipt', row.receiptId), description: 'What came.' }),
    since: t.expose('since', { type: 'DateTime', description: 'When the clinic was told first.' }),
  }),
});

const MOST_CLINICS = 200;

builder.queryField('recalledOfficeStock', (t) =>
  t.field({
    type: [RecalledStockType],
    description:
      'For the other subgraphs: what lies as office stock at these clinics of lots under an open recall, until the clinic acknowledges it.',
    authScopes: { may: 'supply-facts:read' },
    args: { clinicIds: t.arg.idList({ required: true, description: 'The clinics, at most 200.' }) },
    resolve: (_root, { clinicIds }, ctx) =>
      ctx.db.$queryRawUnsafe<RecalledStock[]>(
        `select s.id::text as "receiptId", min(n.sent_at) as since
         from office_stock_supply s
         join lot l on l.pharmacy_id = s.pharmacy_id and l.normalized_number = s.normalized_number
         join recall_lot r on r.lot_id = l.id
         join recall c on c.id = r.recall_id and c.status = 'OPEN'
         join recall_notice n on n.recall_id = c.id and n.clinic_id = s.clinic_id and n.status = 'SENT'
         where s.clinic_id = any ($1::uuid[]) group by s.id order by s.id`,
        fromIds('clinic', clinicIds.slice(0, MOST_CLINICS), 'clinicIds'),
      ),
  }),
);
