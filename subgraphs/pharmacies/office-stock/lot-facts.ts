import { lotNumber } from '#kernel/identifiers-product.ts';
import { tryId, toId } from '#kernel/ids.ts';
import type { Lot } from '#prisma/generated/pharmacies/client.ts';
import { builder } from '../builder.ts';

const MOST_LOTS = 100;

const OfficeStockLotFacts = builder.objectRef<Lot>('OfficeStockLotFacts').implement({
  description: 'A lot as its facility has it on record, for a clinic that takes it into stock.',
  authScopes: { may: 'supply-facts:read' },
  fields: (t) => ({
    number: t.exposeString('normalizedNumber', { description: 'Its number, in capitals without blanks.' }),
    formularyItemId: t.id({ resolve: (row) => toId('formularyItem', row.formularyItemId), description: 'What was made.' }),
    beyondUseDate: t.expose('beyondUseDate', { type: 'Date', description: 'The last day on which it may be used.' }),
    status: t.exposeString('status', { description: 'RELEASED is the one that may be used; RECALLED is taken back.' }),
  }),
});

builder.queryField('officeStockLotFacts', (t) =>
  t.field({
    type: [OfficeStockLotFacts],
    description: 'For the other subgraphs: lots of one facility by their numbers. Those it has not on record are left out.',
    authScopes: { may: 'supply-facts:read' },
    args: {
      pharmacyId: t.arg.id({ required: true, description: 'The facility.' }),
      numbers: t.arg.stringList({ required: true, description: 'As on the labels, at most 100.' }),
    },
    resolve: (_root, { pharmacyId, numbers }, ctx) => {
      const stored = tryId('pharmacy', pharmacyId);
      const wanted = numbers.slice(0, MOST_LOTS).flatMap((text) => lotNumber(text) ?? []);
      if (stored === null || wanted.length === 0) return [];
      return ctx.db.lot.findMany({ where: { pharmacyId: stored, normalizedNumber: { in: wanted } }, orderBy: { id: 'asc' } });
    },
  }),
);
