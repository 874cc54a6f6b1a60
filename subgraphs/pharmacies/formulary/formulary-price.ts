import { toId } from '#kernel/ids.ts';
import type { FormularyPrice as Row, Prisma } from '#prisma/generated/pharmacies/client.ts';
import { builder } from '../builder.ts';
import { dayOf, storedDay } from '../calendar-day.ts';

export const Money = builder.objectRef<Pick<Row, 'amountCents' | 'currency'>>('Money').implement({
  description: 'An amount of money.',
  authScopes: { may: 'formulary:read' },
  fields: (t) => ({
    cents: t.exposeInt('amountCents', { description: 'In cents.' }),
    currency: t.exposeString('currency', { description: 'ISO 4217: USD.' }),
  }),
});

export const FormularyPrice = builder.objectRef<Row>('FormularyPrice').implement({
  description: 'What one pack of an item costs from a day on.',
  authScopes: { may: 'formulary:read' },
  fields: (t) => ({
    id: t.id({ resolve: (row) => toId('formularyPrice', row.id), description: 'Its id.' }),
    price: t.field({ type: Money, resolve: (row) => row, description: 'How much.' }),
    effectiveFrom: t.expose('effectiveFrom', { type: 'Date', description: 'The first day it counts.' }),
    recordedAt: t.expose('recordedAt', { type: 'DateTime', description: 'When it was set.' }),
  }),
});

/** The price of a day comes first: the last recorded of those that count by then. */
export function priceOn(now: Date) {
  return {
    where: { effectiveFrom: { lte: storedDay(dayOf(now)) } },
    orderBy: [{ effectiveFrom: 'desc' }, { recordedAt: 'desc' }, { id: 'desc' }],
  } satisfies Prisma.FormularyItem$pricesArgs;
}
