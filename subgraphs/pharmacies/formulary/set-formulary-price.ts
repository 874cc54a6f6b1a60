import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { InvalidInput } from '#kernel/errors.ts';
import { addMonths } from '#rules/dates.ts';
import { builder } from '../builder.ts';
import { dayOf, storedDay } from '../calendar-day.ts';
import { FormularyItem } from './formulary-item.ts';
import { lockOwnItem } from './own-item.ts';

const Input = builder.inputType('SetFormularyPriceInput', {
  description: 'What one pack of an item costs from a day on.',
  fields: (t) => ({
    itemId: t.id({ required: true, description: 'The item.' }),
    cents: t.int({ required: true, description: 'US cents, from 0 to 100,000,000.' }),
    effectiveFrom: t.field({ type: 'Date', required: true, description: 'The first day it counts: today, or up to two years ahead.' }),
  }),
  validate: z
    .object({ cents: z.int().min(0, 'A price is not below zero.').max(100_000_000, 'A price is at most 100,000,000 cents.') })
    .loose(),
});

builder.mutationField('setFormularyPrice', (t) =>
  t.field({
    description: 'Sets a price from a day on. Prices before that day stay as they were; of two for one day the last counts.',
    type: FormularyItem,
    authScopes: { may: 'formulary:keep' },
    args: { input: t.arg({ type: Input, required: true, description: 'The price.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'formularyItem' }, async (tx) => {
        const item = await lockOwnItem(tx, ctx, args.input.itemId);
        const { cents, effectiveFrom } = args.input;
        const today = dayOf(ctx.now());
        if (effectiveFrom < today)
          throw new InvalidInput([{ path: 'input.effectiveFrom', message: `A price is not changed for days gone by: today is ${today}.` }]);
        if (effectiveFrom > addMonths(today, 24))
          throw new InvalidInput([{ path: 'input.effectiveFrom', message: 'At most two years ahead.' }]);
        await tx.formularyPrice.create({
          data: {
            ...{ id: ctx.newId(), itemId: item.id, pharmacyId: item.pharmacyId, amountCents: cents, currency: 'USD' },
            ...{ effectiveFrom: storedDay(effectiveFrom), recordedBy: ctx.actor.sub, recordedAt: ctx.now() },
          },
        });
        await audit(tx, ctx, {
          ...{ action: 'formulary-price.set', tenantId: item.pharmacyId, subjectKind: 'formularyItem', subjectId: item.id },
          detail: { cents, effectiveFrom },
        });
        return tx.formularyItem.findUniqueOrThrow({ where: { id: item.id } });
      }),
  }),
);
