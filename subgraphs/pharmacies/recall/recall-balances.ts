import { fromId } from '#kernel/ids.ts';
import { builder, graph } from '../builder.ts';
import { Lot } from '../dispense/lot.ts';
import { type BalancePart, balancesOf, type LotBalance, unaccountedOf } from './balance.ts';
import { Recall } from './recall.ts';

const amountOf = (part: BalancePart) => ({
  type: graph.Quantity,
  resolve: (row: LotBalance) => ({ value: row[part], unit: row.unit }),
});

const RecallLotBalance = builder.objectRef<LotBalance>('RecallLotBalance').implement({
  description:
    'Where what was sent of a recalled lot is: sent = given + wasted + returned + destroyed + quarantined + lost + withPatients + unaccounted. Amounts, never who they were given to.',
  authScopes: { may: 'recall:read' },
  fields: (t) => ({
    lot: t.field({
      type: Lot,
      nullable: true,
      resolve: (row, _args, ctx) => ctx.load('lot', row.lotId, {}),
      description: 'The lot.',
    }),
    unit: t.exposeString('unit', { description: 'The unit it was sent in. A lot that was sent in two has a balance in each.' }),
    sent: t.field({
      ...amountOf('sent'),
      description:
        'Dispensed, sent again in place of what was lost, and supplied as office stock. What went back before it left is not in it.',
    }),
    given: t.field({ ...amountOf('given'), description: 'Given in clinics, from the record.' }),
    wasted: t.field({ ...amountOf('wasted'), description: 'Thrown away in clinics, from the record.' }),
    returned: t.field({ ...amountOf('returned'), description: 'Sent back, as the clinics counted it last.' }),
    destroyed: t.field({ ...amountOf('destroyed'), description: 'Destroyed for the recall, as the clinics counted it last.' }),
    quarantined: t.field({ ...amountOf('quarantined'), description: 'Kept apart in clinics.' }),
    lost: t.field({ ...amountOf('lost'), description: 'Lost, on its way or in clinics.' }),
    withPatients: t.field({ ...amountOf('withPatients'), description: 'What patients took home, and used or keep.' }),
    unaccounted: t.field({
      type: graph.Quantity,
      resolve: (row) => ({ value: unaccountedOf(row).toFixed(), unit: row.unit }),
      description: 'What nobody can say where it is. Below zero, something was counted twice: the clinic is to count again.',
    }),
    clinics: t.exposeInt('clinics', { description: 'Clinics something was sent for.' }),
    clinicsCounted: t.exposeInt('clinicsCounted', { description: 'Of them: have counted.' }),
  }),
});

builder.objectField(Recall, 'balances', (t) =>
  t.field({
    type: [RecallLotBalance],
    authScopes: { may: 'recall:read' },
    args: { clinicId: t.arg.id({ description: 'Only what was sent for this clinic.' }) },
    description: 'Each lot of which something was sent, counted now: the pharmacy sees all of it, a clinic its own part.',
    resolve: (recall, { clinicId }, ctx) => balancesOf(ctx.db, ctx, recall.id, clinicId == null ? null : fromId('clinic', clinicId)),
  }),
);
