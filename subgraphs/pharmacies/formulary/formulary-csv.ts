import { builder } from '../builder.ts';
import { ownPharmacy } from '../facility/own-pharmacy.ts';
import { columns } from './csv/columns.ts';
import { writeCsv } from './csv/csv-text.ts';
import { recordedItems } from './csv/recorded.ts';

builder.queryField('formularyCsv', (t) =>
  t.string({
    description:
      'A pharmacy’s whole formulary as `importFormulary` takes it: imported unchanged, it changes nothing. For its own pharmacists.',
    authScopes: { may: 'formulary:keep' },
    args: { pharmacyId: t.arg.id({ required: true, description: 'The pharmacy.' }) },
    resolve: async (_root, { pharmacyId }, ctx) => {
      const items = await recordedItems(ctx.db, ownPharmacy(ctx, pharmacyId, 'formulary:keep'), ctx.now());
      return writeCsv(
        columns,
        items.map(({ cells }) => columns.map((column) => cells[column])),
      );
    },
  }),
);
