import type { RecallDisposition as Row } from '#prisma/generated/pharmacies/client.ts';
import { PAGE_SIZE } from '#kernel/builder.ts';
import { builder, graph } from '../builder.ts';
import { Lot } from '../dispense/lot.ts';
import { Clinic, clinicOf } from '../references.ts';
import { type BalancePart, unaccountedOf } from './balance.ts';
import { noticesVisibleTo, Recall } from './recall.ts';

const amountOf = (part: BalancePart) => ({
  type: graph.Quantity,
  resolve: (row: Pick<Row, BalancePart | 'unit'>) => ({ value: row[part].toFixed(), unit: row.unit }),
});

export const RecallDisposition = builder.prismaObject('RecallDisposition', {
  description: 'A clinic’s count of what was sent for it of a recalled lot: where it is.',
  authScopes: { may: 'recall:read' },
  fields: (t) => ({
    clinic: t.field({ type: Clinic, nullable: true, resolve: (row) => clinicOf(row.clinicId), description: 'Whose count it is.' }),
    lot: t.relation('lot', { type: Lot, description: 'The lot.' }),
    sent: t.field({ ...amountOf('sent'), description: 'How much had been sent for the clinic by then, from the record.' }),
    given: t.field({ ...amountOf('given'), description: 'How much had been given there by then, from the record.' }),
    wasted: t.field({ ...amountOf('wasted'), description: 'How much had been thrown away there by then, from the record.' }),
    returned: t.field({ ...amountOf('returned'), description: 'How much was sent back.' }),
    destroyed: t.field({ ...amountOf('destroyed'), description: 'How much was destroyed for the recall.' }),
    quarantined: t.field({ ...amountOf('quarantined'), description: 'How much is kept apart.' }),
    lost: t.field({ ...amountOf('lost'), description: 'How much was lost.' }),
    withPatients: t.field({ ...amountOf('withPatients'), description: 'How much patients took home, and used or keep.' }),
    unaccounted: t.field({
      type: graph.Quantity,
      resolve: (row) => ({ value: unaccountedOf(row).toFixed(), unit: row.unit }),
      description: 'Sent, less all of these.',
    }),
    explanation: t.exposeString('explanation', { nullable: true, description: 'What is said of what is unaccounted for.' }),
    recordedAt: t.expose('recordedAt', { type: 'DateTime', description: 'When it was counted.' }),
  }),
});

builder.prismaObjectField(Recall, 'dispositions', (t) =>
  t.prismaConnection(
    {
      type: RecallDisposition,
      cursor: 'id',
      defaultSize: PAGE_SIZE.default,
      maxSize: PAGE_SIZE.max,
      authScopes: { may: 'recall:read' },
      description:
        'What the clinics counted, the latest first; of a clinic and a lot the latest counts. The pharmacy sees all of it, a clinic its own.',
      resolve: (query, recall, _args, ctx) =>
        ctx.db.recallDisposition.findMany({
          ...query,
          where: { AND: [{ recallId: recall.id }, noticesVisibleTo(ctx)] },
          orderBy: { id: 'desc' },
        }),
    },
    { name: 'RecallDispositionConnection' },
    { name: 'RecallDispositionEdge' },
  ),
);
