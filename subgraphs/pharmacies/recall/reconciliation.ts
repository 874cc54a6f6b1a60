import Big from 'big.js';
import type { RecallReconciliation as Row } from '#prisma/generated/pharmacies/client.ts';
import { builder, graph } from '../builder.ts';
import { Lot } from '../dispense/lot.ts';
import { Recall } from './recall.ts';

type Counted = Pick<Row, 'made' | 'dispensed' | 'returned' | 'destroyed' | 'held'>;

/** What nobody can say where it is: made, less what was dispensed and did not come back, less what was destroyed or is held. */
export function unaccounted({
  made,
  dispensed,
  returned,
  destroyed,
  held,
}: { readonly [K in keyof Counted]: { toString(): string } }): Big {
  const amount = (of: { toString(): string }) => new Big(of.toString());
  return amount(made).minus(amount(dispensed)).plus(amount(returned)).minus(amount(destroyed)).minus(amount(held));
}

const amountOf = (value: { toFixed(): string }, unit: string) => ({ value: value.toFixed(), unit });

export const RecallReconciliation = builder.prismaObject('RecallReconciliation', {
  description: 'A pharmacy’s count of a recalled lot: where everything that was made of it is.',
  authScopes: { may: 'recall:read' },
  fields: (t) => ({
    lot: t.relation('lot', { type: Lot, description: 'The lot.' }),
    made: t.field({ type: graph.Quantity, resolve: (row) => amountOf(row.made, row.unit), description: 'How much was made.' }),
    dispensed: t.field({
      type: graph.Quantity,
      resolve: (row) => amountOf(row.dispensed, row.unit),
      description: 'How much was dispensed by then, from the record.',
    }),
    returned: t.field({ type: graph.Quantity, resolve: (row) => amountOf(row.returned, row.unit), description: 'How much came back.' }),
    destroyed: t.field({
      type: graph.Quantity,
      resolve: (row) => amountOf(row.destroyed, row.unit),
      description: 'How much was destroyed.',
    }),
    held: t.field({ type: graph.Quantity, resolve: (row) => amountOf(row.held, row.unit), description: 'How much is kept apart.' }),
    unaccounted: t.field({
      type: graph.Quantity,
      select: { made: true, dispensed: true, returned: true, destroyed: true, held: true, unit: true },
      resolve: (row) => amountOf(unaccounted(row), row.unit),
      description: 'Made − dispensed + returned − destroyed − held.',
    }),
    explanation: t.exposeString('explanation', { nullable: true, description: 'What is said of what is unaccounted for.' }),
    recordedAt: t.expose('recordedAt', { type: 'DateTime', description: 'When it was counted.' }),
  }),
});

builder.prismaObjectField(Recall, 'reconciliations', (t) =>
  t.relation('reconciliations', {
    type: RecallReconciliation,
    authScopes: { may: 'recall:read' },
    description: 'The last count of each lot. The pharmacy’s own: to a clinic the list is empty.',
    query: (_args, ctx) => ({
      where: { pharmacyId: { in: [...ctx.actor.places('recall:read')] } },
      distinct: ['lotId'],
      orderBy: [{ lotId: 'asc' }, { recordedAt: 'desc' }, { id: 'desc' }],
    }),
  }),
);
